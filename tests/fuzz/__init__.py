"""Anything at all, signed, through the real app: what may happen, and what never."""
