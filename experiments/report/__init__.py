"""A report of a run: one HTML file that stands by itself."""

from experiments.report.report import REPORT, prepare, write_effect, write_failed, write_report

__all__ = ["REPORT", "prepare", "write_effect", "write_failed", "write_report"]
