"""The middle floor: what residents say, from invitation to tally."""
