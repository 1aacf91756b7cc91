"""Strategies against each other: the empirical game, its equilibria and its dynamics."""
