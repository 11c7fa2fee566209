"""Staff pages of cycles and schemes."""
