"""Whole small worlds that several test modules share."""
