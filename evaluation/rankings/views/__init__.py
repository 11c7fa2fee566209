"""Staff pages of rankings."""
