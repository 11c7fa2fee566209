"""Finished cases, invitations, ratings and batches."""
