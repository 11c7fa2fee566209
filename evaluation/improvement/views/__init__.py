"""Staff pages of improvement, one module a kind of page."""
