"""The top floor: cycles, evidence, rankings, reports, improvement, portal."""
