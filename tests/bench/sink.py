"""A Slack that takes everything at once: the least that an HTTP server can cost. Prints its port.

GET /count answers how many messages it took and how many different ids were among them.
"""

import asyncio
import json
import re
import sys
from urllib.parse import unquote_plus

ID = re.compile(rb"%22id%22%3A\+?%22([^%]+)%22|\"id\": ?\"([^\"]+)\"")


class Sink(asyncio.Protocol):
    """One connection; requests come one after the other."""

    ids: set[bytes] = set()  # noqa: RUF012  of all connections
    taken = 0

    def connection_made(self, transport) -> None:
        self._transport, self._held = transport, b""

    def data_received(self, data: bytes) -> None:
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            head = self._held[:end].lower()
            found = re.search(rb"content-length: (\d+)", head)
            size = end + 4 + (int(found[1]) if found else 0)
            if len(self._held) < size:
                return
            body, self._held = self._held[end + 4 : size], self._held[size:]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        if head.startswith(b"get /count"):
            answer = {"taken": Sink.taken, "different": len(Sink.ids)}
            Sink.taken = 0
            Sink.ids.clear()
        else:
            answer = {"ok": True, "channel": "D1", "ts": "1.0", "user": {"tz": "UTC"}}
            if b"chat.postmessage" in head.split(b"\r\n", 1)[0]:
                Sink.taken += 1
                match = ID.search(body)
                Sink.ids.add(match[1] or match[2] if match else unquote_plus(body.decode()).encode())
        text = json.dumps(answer).encode()
        self._transport.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b"
            % (len(text), text)
        )


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
