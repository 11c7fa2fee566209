"""Bad ratings that must be answered."""
