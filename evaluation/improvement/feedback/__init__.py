"""Understanding what residents write: words, tone, themes, like comments, all on this machine."""
