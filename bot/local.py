"""Ajar beside a local Slack, in one process: the sandbox, the tour and the stories of the tests."""

import asyncio
import importlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from bot.coaching.case import Person
from bot.flows.agenda import next_message_at
from bot.sandbox.delivery import ACK_SECONDS
from bot.sandbox.server import Sandbox, SandboxSettings
from bot.serving import bind, web_server
from bot.settings import ConfigurationError, Settings, load_settings
from bot.slack.connecting import sockets
from bot.wiring import Ajar, running

LOCAL_KEY = "for-a-local-slack-on-a-server's-database"
GLANCES, GLANCE_SECONDS = 20, 0.02

KEPT = ("slack.json", "clock.txt", "ajar.db", "ajar.db-wal", "ajar.db-shm")


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Make the folder, and hold it: two at once would write over each other. Raises ConfigurationError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = (folder / "sandbox.lock").open("w")
    except OSError as refused:
        raise ConfigurationError(
            f"--data: {folder} can't be used ({refused.strerror}). Name a folder that you may write to."
        ) from None
    with held:
        if not _is_first(held):
            raise ConfigurationError(
                f"--data: another sandbox runs on {folder}. Stop it, or give this one a folder of its own."
            )
        yield


def _is_first(held: TextIO) -> bool:
    """Whether nobody else holds the file; it is let go with the process, however that ends."""
    try:
        fcntl: Any = importlib.import_module("fcntl")
    except ImportError:  # Windows: there one has to look oneself
        return True
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def begin_anew(folder: Path) -> None:
    """Forget an earlier workspace and what Ajar kept for it."""
    for name in KEPT:
        (folder / name).unlink(missing_ok=True)


@dataclass(frozen=True)
class Local:
    """A local Slack and the Ajar that serves it."""

    sandbox: Sandbox
    ajar: Ajar


@asynccontextmanager
async def local(
    folder: Path,
    manifest: Mapping[str, Any],
    *,
    port: int = 0,
    over_sockets: bool = False,
    start_at: datetime | None = None,
    is_installed: bool = True,
    patience_seconds: float = ACK_SECONDS,
    **own_settings: object,
) -> AsyncIterator[Local]:
    """Both together, in a folder that keeps everything; over HTTP unless told otherwise.

    patience_seconds: how long the local Slack waits for an answer; Slack itself waits for three.
    own_settings: what differs from the settings that fit the local Slack, by name.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with AsyncExitStack() as stack:
        bound = bind("127.0.0.1", 0)
        stack.callback(bound.close)
        own = f"http://127.0.0.1:{bound.getsockname()[1]}"
        agreed = SandboxSettings(
            request_url="" if over_sockets else f"{own}/slack/events",
            manifest=manifest,
            state_file=folder / "slack.json",
            clock_file=folder / "clock.txt",
            is_installed=is_installed,
            ack_seconds=patience_seconds,
            trigger_seconds=patience_seconds,
        )
        sandbox = await _started(agreed, port, start_at)
        stack.push_async_callback(sandbox.stop)
        settings = local_settings(sandbox, agreed, folder, own, over_sockets=over_sockets, **own_settings)
        ajar = await stack.enter_async_context(running(settings))
        await stack.enter_async_context(web_server(ajar.web, bound))
        if over_sockets:
            token = settings.slack_app_token.get_secret_value()
            await stack.enter_async_context(sockets(ajar.app, ajar.client, token))
        _tie_clock(sandbox, ajar)
        yield Local(sandbox, ajar)


async def _started(agreed: SandboxSettings, port: int, start_at: datetime | None) -> Sandbox:
    """A local Slack that is up, at this moment of its own."""
    sandbox = Sandbox(agreed)
    if start_at is not None:
        sandbox.clock.set_offset(start_at - datetime.now(UTC))
    try:
        await sandbox.start(port)
    except OSError as refused:
        cause = refused.__cause__
        why = "is for root alone" if isinstance(cause, PermissionError) else "is taken"
        raise ConfigurationError(f"--port {port} {why}. Choose another one, or leave it out.") from None
    return sandbox


def local_settings(
    sandbox: Sandbox,
    agreed: SandboxSettings,
    folder: Path,
    own_url: str,
    *,
    over_sockets: bool = False,
    **own_settings: object,
) -> Settings:
    """Settings of an Ajar that takes the local Slack for Slack."""
    fitting: dict[str, object] = {
        "slack_bot_token": agreed.bot_token,
        "slack_app_token": agreed.app_token if over_sockets else "",
        "slack_signing_secret": agreed.signing_secret,
        "slack_api_url": f"{sandbox.url}/api/",
        "ajar_secret_key": LOCAL_KEY if own_settings.get("database_url") else "",
        "ajar_data": folder,
        "ajar_public_url": own_url,
        "ajar_clock_file": folder / "clock.txt",
    }
    return load_settings(**fitting | own_settings)


def _tie_clock(sandbox: Sandbox, ajar: Ajar) -> None:
    """The page can jump to the next message due, and the courier hears of every jump."""

    desk = ajar.stories.desk

    async def first() -> datetime | None:
        places = [team.workspace for team in sandbox.teams.values()]
        people = [
            Person(here.team_id, human.id, here.enterprise_id or None)
            for here in places
            for human in here.people
        ]
        found = [await next_message_at(desk.store, desk.messenger, person) for person in people]
        return min((moment for moment in found if moment is not None), default=None)

    async def next_due() -> datetime | None:
        for _ in range(GLANCES):  # what is just going out, or put off, isn't the next one
            due_at, counts = await first(), await ajar.store.counts()
            if not counts.get("claimed") and (due_at is None or due_at > sandbox.clock.now()):
                break
            await asyncio.sleep(GLANCE_SECONDS)
        return due_at

    async def wake() -> None:
        ajar.courier.wake()

    sandbox.next_due, sandbox.on_clock = next_due, wake
