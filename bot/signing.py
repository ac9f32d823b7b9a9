"""Signs what stands in our addresses, so that an invented one is turned away before the database is asked."""

import hashlib
import hmac
from collections.abc import Sequence


class Signer:
    """The first key signs, all are accepted; what one purpose signed is worth nothing for another."""

    def __init__(self, keys: Sequence[str], purpose: str = "") -> None:
        self._keys = keys
        self._purpose = f"{purpose}:" if purpose else ""

    def signed(self, name: str) -> str:
        """The name with its signature."""
        return self._signed(self._keys[0], name)

    def opened(self, token: str) -> str:
        """The name of a token that we signed; an empty string for any other."""
        name, _, _ = token.rpartition("-")
        tokens = (self._signed(key, name) for key in self._keys)
        is_ours = any(hmac.compare_digest(ours.encode(), token.encode()) for ours in tokens)
        return name if name and is_ours else ""

    def _signed(self, key: str, name: str) -> str:
        words = f"{self._purpose}{name}".encode()
        return f"{name}-{hmac.new(key.encode(), words, hashlib.sha256).hexdigest()[:40]}"
