"""Configs from hell: every shipped one, mutated; each is planned, or refused in a sentence."""
