"""The pages of screening: the review queue, and blind audits by calling back."""
