"""The base year, its totals, the elasticities, and what a scenario says of the economy."""
