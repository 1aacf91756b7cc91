"""Figures: the numbers of each, and its drawing, as two functions."""

from experiments.figures.make import FIGURES, make, numbers
from experiments.results.results import Results

__all__ = ["FIGURES", "Results", "make", "numbers"]
