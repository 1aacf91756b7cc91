"""Counterfactual equilibria of the trade model, and what they do to every region."""
