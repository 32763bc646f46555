"""Rows from outside in: read, checked, tokenised, or refused with a reason."""
