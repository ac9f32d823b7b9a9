"""Addresses that nobody can guess: a secret for its person, its hash for the store."""

import hashlib


def hashed(secret: str) -> str:
    """As an address's secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()
