"""Any rates and packages, asked from Python or the shell."""

__all__ = [
    "asked", "average_rates", "domain_report", "economy_report", "tariff_package",
]  # fmt: skip
