"""The economy: a quantitative trade model, and what governments make of its equilibria."""
