"""Shared files: an upload address, the bytes, and the file object that a message carries."""

import secrets
from dataclasses import dataclass
from mimetypes import guess_type
from typing import Any

from bot.sandbox.refusals import Refused

LARGEST = 10_000_000  # bytes; more than this local Slack wants to hold in memory


@dataclass(frozen=True)
class StoredFile:
    """A file, announced first and filled later."""

    id: str
    name: str
    announced_length: int
    content: bytes | None = None
    title: str = ""


class Files:
    """Held in memory only."""

    def __init__(self) -> None:
        self._files: dict[str, StoredFile] = {}
        self._tickets: dict[str, str] = {}

    def announce(self, name: str, length: int) -> tuple[str, str]:
        """Its id and the ticket of its upload address, which works once."""
        if not 0 < length <= LARGEST:
            raise Refused("invalid_arguments", ["[ERROR] invalid length"])
        file_id, ticket = f"F{secrets.token_hex(5).upper()}", secrets.token_urlsafe(24)
        self._files[file_id] = StoredFile(file_id, name, length)
        self._tickets[ticket] = file_id
        return file_id, ticket

    def fill(self, ticket: str, content: bytes) -> int:
        """The bytes arrive; how many. Raises Refused('file_not_found')."""
        file_id = self._tickets.pop(ticket, None)
        if file_id is None:
            raise Refused("file_not_found")
        held = self._files[file_id]
        if len(content) != held.announced_length:
            raise Refused("upload_length_mismatch")
        self._files[file_id] = StoredFile(file_id, held.name, held.announced_length, content, held.name)
        return len(content)

    def complete(self, file_id: str, title: str, url: str) -> dict[str, Any]:
        """The file object, ready to share. Raises Refused('file_not_found')."""
        held = self.get(file_id)
        kind = guess_type(held.name)[0] or "application/octet-stream"
        address = f"{url}/files/{file_id}/{held.name}"
        return {
            "id": file_id,
            "name": held.name,
            "title": title or held.name,
            "mimetype": kind,
            "filetype": held.name.rpartition(".")[2],
            "size": len(held.content or b""),
            "mode": "hosted",
            "url_private": address,
            "url_private_download": f"{address}?download=1",
            "permalink": address,
        }

    def get(self, file_id: str) -> StoredFile:
        """One whose bytes are here. Raises Refused('file_not_found')."""
        held = self._files.get(file_id)
        if held is None or held.content is None:
            raise Refused("file_not_found")
        return held
