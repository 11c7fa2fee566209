"""Demonstration data: real figures of New York City, and an invented Chinese city."""
