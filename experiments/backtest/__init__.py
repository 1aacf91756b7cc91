"""Forecasts against what happened: targets, scores, naive forecasts, calibration."""

__all__ = [
    "calibration", "crps", "marginals", "naive", "scores", "targets",
]  # fmt: skip
