"""Figures: the numbers of each, and its drawing, as two functions."""
