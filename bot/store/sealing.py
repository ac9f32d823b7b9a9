"""Sealing what is personal: AES-256-GCM under keys that rotate, bound to its row and its person."""

import base64
import binascii
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.flows.ports import UnreadableError

FORM = "s1"  # of a sealed value: s1.<key id>.<nonce and ciphertext in base64>
NONCE = 12
PREFIX = len(FORM) + 10  # the form and the key's id with their dots


class WrongKeyError(RuntimeError):
    """The database was sealed with a key that is not among those given."""


@dataclass(frozen=True)
class Place:
    """Where a value belongs; sealed there, it opens nowhere else."""

    table: str
    row: str
    enterprise_id: str = ""
    team_id: str = ""
    user_id: str = ""

    @property
    def words(self) -> bytes:
        """As associated data; JSON keeps the parts apart."""
        parts = [FORM, self.table, self.row, self.enterprise_id, self.team_id, self.user_id]
        return json.dumps(parts).encode()


class Keyring:
    """The first key seals, every key opens."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("a keyring needs a key")
        made = [_derived(key) for key in keys]
        self._ciphers = dict(reversed(made))  # a key that is named twice is one key
        self._first = made[0][0]

    @property
    def prefix(self) -> str:
        """What every value begins with that the first key has sealed."""
        return f"{FORM}.{self._first}."

    def knows(self, sealed: str) -> bool:
        """Whether the value names one of these keys; its beginning is enough."""
        form, _, rest = sealed.partition(".")
        return form == FORM and rest.partition(".")[0] in self._ciphers

    def seal(self, text: str, place: Place) -> str:
        """The text, for this place alone."""
        nonce = secrets.token_bytes(NONCE)
        sealed = nonce + self._ciphers[self._first].encrypt(nonce, text.encode(), place.words)
        return self.prefix + base64.urlsafe_b64encode(sealed).decode()

    def open(self, sealed: str, place: Place) -> str:
        """The text. Raises UnreadableError for another place, another key, and anything not sealed."""
        if not self.knows(sealed):
            raise UnreadableError
        cipher = self._ciphers[sealed.split(".", 2)[1]]
        try:
            held = base64.urlsafe_b64decode(sealed[PREFIX:])
            return cipher.decrypt(held[:NONCE], held[NONCE:], place.words).decode()
        except (InvalidTag, binascii.Error, ValueError):
            raise UnreadableError from None


def _derived(key: str) -> tuple[str, AESGCM]:
    """The key's public id and the cipher; neither tells anything about links signed with the same secret."""
    made = HKDF(SHA256(), 36, salt=None, info=b"ajar at rest").derive(key.encode())
    return made[32:].hex(), AESGCM(made[:32])
