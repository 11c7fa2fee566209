"""The office's and departments' pages about answers: statistics, comments, coverage, exports."""
