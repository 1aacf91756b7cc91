"""Forecasts and what happened: targets, scores, naive forecasts, calibration."""
