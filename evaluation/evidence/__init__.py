"""KPI values, audits, outcomes, their files and the data-quality gate."""
