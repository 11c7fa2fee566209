"""The language of conditions: read, checked when publishing, evaluated without ever running code."""
