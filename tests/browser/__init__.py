"""Every page in a real browser: languages, sizes, print, dark, accessibility, content policy."""
