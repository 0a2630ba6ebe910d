"""The report: `report.pdf`."""

from nahraum.publish.report.build import render_report, write_report

__all__ = ["render_report", "write_report"]
