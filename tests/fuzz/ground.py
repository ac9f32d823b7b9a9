"""The real app with a real SQLite store, and the local Slack's Web API in the same process."""

import hashlib
import hmac
import json
import logging
import time
import traceback
from collections.abc import AsyncIterator, Mapping, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import structlog

from bot.coaching.case import Person
from bot.database import migrated, open_database
from bot.flows.ports import Change, Interview, Preferences
from bot.manifest import load_manifest
from bot.sandbox.people import people_of
from bot.sandbox.server import Sandbox, SandboxSettings
from bot.settings import load_settings
from bot.wiring import Ajar, build, web_client
from tests.fakes import FixedClock
from tests.making import a_case, a_post

TEAM = "T0AJARLOCAL"
ROBIN = Person(TEAM, "U0ROBIN001")  # everything is sent in their name
MARTA = Person(TEAM, "U0MARTA001")  # and nothing of hers may ever change
BYSTANDERS = (MARTA, Person("T0SECOND01", "U0ROBIN001"), Person(TEAM, "U0ROBIN001", "E0GRID0001"))
SECRET = "local-signing-secret"
KEY = "a-key-that-only-the-fuzzer-knows"
MARK = "ZQX"  # in every text that somebody types; it may stand in no log


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class InProcess:
    """In the place of the clients' HTTP session: the local Slack answers without a network."""

    closed = False

    def __init__(self, sandbox: Sandbox) -> None:
        self._api = sandbox._api()

    def request(self, _: str, url: str, **given: Any) -> "InProcess.Response":
        token = given.get("headers", {}).get("Authorization", "").removeprefix("Bearer ")
        found = given.get("json") or given.get("data") or given.get("params") or {}
        if isinstance(found, bytes | str):
            found = dict(parse_qsl(found.decode() if isinstance(found, bytes) else found))
        asked = {name: value for name, value in dict(found).items() if name != "token"}
        answer = self._api._answer(
            url.rpartition("/")[2], asked, token or str(found.get("token")), None, ("", "")
        )
        return self.Response(json.loads(json.dumps(answer)))

    def post(self, url: str, **given: Any) -> "InProcess.Response":
        given["json"] = json.loads(given.pop("data"))
        return self.request("POST", url, **given)

    class Response:
        """As aiohttp's, as far as the SDK looks at it."""

        status, content_type = 200, "application/json"

        def __init__(self, answer: Any) -> None:
            self._answer, self.headers = answer, {}

        async def __aenter__(self) -> "InProcess.Response":
            return self

        async def __aexit__(self, *_: object) -> None:
            return None

        async def json(self, **_: Any) -> Any:
            return self._answer

        async def read(self) -> bytes:
            return json.dumps(self._answer).encode()


@dataclass
class Ground:
    """Where it all happens."""

    ajar: Ajar
    sandbox: Sandbox
    clock: FixedClock
    logs: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    before: str = ""

    async def request(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        query: str = "",
    ) -> Answer:
        """One request through ASGI, as a server would hand it over."""
        sent: list[MutableMapping[str, Any]] = []
        inbox = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> MutableMapping[str, Any]:
            return inbox.pop() if inbox else {"type": "http.disconnect"}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        held = {"host": "ajar.example.org", "content-length": str(len(body)), **(headers or {})}
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode("utf-8", "surrogatepass"),
            "query_string": query.encode("utf-8", "surrogatepass"),
            "headers": [(name.lower().encode(), str(value).encode("utf-8")) for name, value in held.items()],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        await self.ajar.web(scope, receive, send)
        start = next(item for item in sent if item["type"] == "http.response.start")
        content = b"".join(item.get("body", b"") for item in sent if item["type"] == "http.response.body")
        named = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
        return Answer(start["status"], named, content)

    async def slack(self, body: bytes, content_type: str) -> Answer:
        """As Slack sends it: signed."""
        stamp = str(int(time.time()))
        mac = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        headers = {
            "content-type": content_type,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": f"v0={mac}",
        }
        return await self.request("POST", "/slack/events", body, headers)

    async def rest(self) -> None:
        """Let what is due go out, and time pass a little."""
        await self.ajar.courier.run_due()
        self.clock.advance(seconds=1)

    async def of_others(self) -> str:
        """Everything that is kept for the bystanders, and what they see in Slack."""
        store, workspace = self.ajar.store, self.sandbox.workspace
        kept = []
        for person in BYSTANDERS:
            kept += [
                await store.cases(person),
                await store.interview(person),
                await store.preferences(person),
                await store.upcoming(person),
                await store.holdings(person),
            ]
        marta = MARTA.user_id
        seen = (
            workspace.messages.get(workspace.dm(marta)),
            workspace.ephemerals.get(marta),
            workspace.homes.get(marta),
            workspace.modals.get(marta),
        )
        return repr((kept, seen))

    def shown(self) -> list[Any]:
        """Everything that Robin has been shown, and forget it."""
        workspace, robin = self.sandbox.workspace, ROBIN.user_id
        found = [
            workspace.messages.pop(workspace.dm(robin), []),
            workspace.ephemerals.pop(robin, []),
            workspace.homes.pop(robin, None),
            *workspace.modals.pop(robin, []),
        ]
        return [item for item in found if item]

    async def ids(self) -> dict[str, str]:
        """What a payload may point at: Robin's own, and what is Marta's."""
        store = self.ajar.store
        cases = await store.cases(ROBIN)
        interview = await store.interview(ROBIN)
        return {
            "own_case": cases[0].id if cases else "none",
            "own_interview": interview.id if interview else "none",
            "other_case": "marta-case",
            "other_interview": "marta-interview",
            "trigger": self.sandbox.workspace.triggers.new(ROBIN.user_id),
        }


@asynccontextmanager
async def ground(folder: Path) -> AsyncIterator[Ground]:
    """Put it together; what is logged is kept in memory, and everything that should not be is a trouble."""
    sandbox = Sandbox(
        SandboxSettings(manifest=load_manifest(), people=people_of(0), request_url="", trigger_seconds=1e9)
    )
    settings = load_settings(
        slack_bot_token=sandbox.settings.bot_token,
        slack_signing_secret=SECRET,
        slack_api_url="http://127.0.0.1:9/api/",
        ajar_data=folder,
        ajar_public_url="https://ajar.example.org",
        ajar_secret_key=KEY,
    )
    clock = FixedClock()
    store = open_database(settings, clock)
    await migrated(store)
    client = web_client(settings, InProcess(sandbox))  # type: ignore[arg-type]
    ajar = build(settings, clock, store, client)
    ajar.reader.warm()
    made = Ground(ajar, sandbox, clock)
    for number, person in enumerate(BYSTANDERS):
        name = "marta" if person == MARTA else f"other{number}"
        await store.commit(
            Change(
                person,
                clock.now(),
                case=a_case(id=f"{name}-case", person=person),
                posts=(
                    a_post(
                        f"{name}-post",
                        person=person,
                        case_id=f"{name}-case",
                        due_at=clock.now() + timedelta(days=3650),
                    ),
                ),
                interview=Interview(f"{name}-interview", person, "offer", {"company": "Acme"}, clock.now()),
                # One row for a user in a workspace, whatever organisation it has come to belong to.
                preferences=Preferences(country="ES") if person.enterprise_id is None else None,
            )
        )
    made.before = await made.of_others()
    with _listening(made):
        yield made
    await store.close()


def _listening(made: Ground) -> Any:
    from contextlib import contextmanager

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            made.logs.append(record.getMessage())
            if record.exc_info or record.levelno >= logging.ERROR:
                made.troubles.append(f"{record.name}: {record.getMessage()} {traceback.format_exc(limit=-3)}")

    def keep(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        made.logs.append(repr(event))
        is_unexpected = event.get("key") == "unexpected" or event.get("event") == "row_failed"
        if is_unexpected or event.get("exc_info"):
            made.troubles.append(f"{event} {traceback.format_exc(limit=-3)}")
        raise structlog.DropEvent

    @contextmanager
    def listening() -> Any:
        handler, root, old = Handler(), logging.getLogger(), structlog.get_config()
        level = root.level
        root.addHandler(handler)
        root.setLevel(logging.INFO)
        structlog.configure(
            processors=[keep], wrapper_class=structlog.make_filtering_bound_logger(logging.INFO)
        )
        try:
            yield
        finally:
            root.removeHandler(handler)
            root.setLevel(level)
            structlog.configure(**old)

    return listening()


__all__ = ["MARK", "MARTA", "ROBIN", "Answer", "Ground", "ground", "replace"]
