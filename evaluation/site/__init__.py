"""Settings, urls, commands and everything that ties the floors together."""
