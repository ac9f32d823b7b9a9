"""What can go wrong while a listener works, as words that say how to go on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.coaching.case import Person
from bot.flows.desk import Desk
from bot.flows.ports import NotFoundError, StaleError, StoreUnavailableError, UnreadableError
from bot.slack.clients import code_of

log = structlog.get_logger(__name__)

EXPECTED: dict[type[BaseException], str] = {
    NotFoundError: "not_found",
    StaleError: "stale",
    StoreUnavailableError: "store",
    UnreadableError: "unreadable",
    SlackApiError: "slack",
    aiohttp.ClientError: "slack",
    TimeoutError: "slack",
}

Tell = Callable[[str, str], Awaitable[None]]  # title and text


@asynccontextmanager
async def guarded(desk: Desk, person: Person, tell: Tell) -> AsyncIterator[None]:
    """Turn a failure into words for this person; the log gets its kind and never its text."""
    try:
        yield
    except asyncio.CancelledError:
        raise
    except Exception as failure:  # noqa: BLE001  a person waits for an answer: none may be left without one
        key = next((words for kind, words in EXPECTED.items() if isinstance(failure, kind)), "unexpected")
        code = code_of(failure) if isinstance(failure, SlackApiError) else ""
        log.warning("listener_failed", kind=type(failure).__name__, key=key, code=code)
        await tell(*await words_of(desk, person, key))


async def words_of(desk: Desk, person: Person, key: str) -> tuple[str, str]:
    """Title and text of an error, in their locale if that can be found out, else in English."""
    try:
        saying = await desk.saying(person)
    except (StoreUnavailableError, UnreadableError):
        return desk.wording.text("errors.title", "en"), desk.wording.text(f"errors.{key}", "en")
    return saying.say("errors.title"), saying.say(f"errors.{key}")
