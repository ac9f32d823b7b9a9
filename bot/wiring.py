"""The only place that builds objects: from Settings to a running Ajar."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette

from bot.clocks import ShiftedClock, SystemClock
from bot.coaching.reasons import Reader, load_catalogue, load_reader
from bot.courier import Courier
from bot.flows.call import Call
from bot.flows.decline import Decline
from bot.flows.desk import Desk
from bot.flows.drafting import Drafting
from bot.flows.email import Email
from bot.flows.home import Home
from bot.flows.letters import Letters
from bot.flows.ports import Clock, StoreUnavailableError
from bot.flows.preferences import Settings as SettingsStory
from bot.flows.reconnect import Reconnect
from bot.flows.rehearsal import Rehearsal
from bot.flows.rehearsals import Rehearsals
from bot.flows.stories import Stories
from bot.settings import ConfigurationError, Settings, is_socket_mode
from bot.slack.app import build_app
from bot.slack.messenger import SlackMessenger, code_of
from bot.store import SqlStore, open_store
from bot.web import CalendarLinks, build_web
from bot.wording import Words

CALL_SECONDS = 10  # of one call to Slack; a trigger is dead after three, a message may take longer
HEARTBEAT = timedelta(seconds=30)
SHIFTED_HEARTBEAT = timedelta(seconds=1)  # somebody may move the clock at any time
PACE = timedelta(seconds=1)  # Slack takes one message a second in one conversation
SOCKETS = 2  # the SDK closes the old one before it opens the new one


def template_folder() -> Path:
    """In a checkout beside the package, in an installed one inside it."""
    package = Path(__file__).parent
    beside = package.parent / "templates"
    return beside if beside.is_dir() else package / "templates"


def open_database(settings: Settings, clock: Clock) -> SqlStore:
    """The store of DATABASE_URL, or SQLite in the data folder."""
    url = settings.database_url.get_secret_value() or f"sqlite:///{settings.ajar_data / 'ajar.db'}"
    return open_store(url, clock=clock)


def clock_of(settings: Settings) -> Clock:
    """This machine's time, shifted if the local Slack says so."""
    return ShiftedClock(settings.ajar_clock_file) if settings.ajar_clock_file else SystemClock()


def secret_key(settings: Settings) -> bytes:
    """The key that signs links: given, or made once and kept in the data folder for its owner alone."""
    given = settings.ajar_secret_key.get_secret_value()
    if given:
        return given.encode()
    file = settings.ajar_data / "secret.key"
    try:
        settings.ajar_data.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as made:
                made.write(secrets.token_urlsafe(32))
        return file.read_bytes()
    except OSError as refused:
        raise ConfigurationError(
            f"AJAR_DATA: {refused.strerror} ({settings.ajar_data}). Set it to a folder Ajar may write to."
        ) from None


@dataclass(frozen=True)
class Ajar:
    """Everything that runs."""

    app: AsyncApp
    web: Starlette
    stories: Stories
    store: SqlStore
    courier: Courier
    client: AsyncWebClient
    reader: Reader


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Ajar]:
    """Ajar with its database migrated, its token checked and its courier at work.

    Raises ConfigurationError or StoreUnavailableError with one line to print.
    """
    async with AsyncExitStack() as stack:
        clock = clock_of(settings)
        store = open_database(settings, clock)
        stack.push_async_callback(store.close)
        await migrated(store)
        timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        client = web_client(settings, session)
        await check_token(client, settings)
        ajar = build(settings, clock, store, client)
        learning = asyncio.create_task(asyncio.to_thread(ajar.reader.warm))
        stack.push_async_callback(asyncio.wait, [learning])
        await ajar.courier.start()
        stack.push_async_callback(ajar.courier.stop)
        yield ajar


async def migrated(store: SqlStore) -> None:
    """Bring the database forward. Raises ConfigurationError that says what to look at."""
    try:
        await store.migrate()
    except StoreUnavailableError as failure:
        raise ConfigurationError(
            f"DATABASE_URL: {failure}. Check the address and that the server runs; "
            "a damaged SQLite file has to come back from a backup."
        ) from None


def web_client(settings: Settings, session: aiohttp.ClientSession) -> AsyncWebClient:
    """One session for all calls, and no retries: the courier decides what to send again."""
    return AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url.rstrip("/") + "/",
        session=session,
        timeout=CALL_SECONDS,
        retry_handlers=[],
    )


async def check_token(client: AsyncWebClient, settings: Settings) -> None:
    """Ask Slack who we are. Raises ConfigurationError."""
    try:
        await client.auth_test()
    except SlackApiError as refused:
        raise ConfigurationError(
            f"SLACK_BOT_TOKEN was refused by Slack ({code_of(refused)}). "
            "Copy it again from OAuth & Permissions, or reinstall the app there."
        ) from None
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        raise ConfigurationError(
            f"SLACK_API_URL: nothing that speaks Slack's API answers at {settings.slack_api_url}. "
            "Check the address and the network."
        ) from None


def build(settings: Settings, clock: Clock, store: SqlStore, client: AsyncWebClient) -> Ajar:
    """Put the rooms together; nothing runs yet."""
    templates = template_folder()
    words = Words(templates, settings.ajar_templates)
    reasons = templates / "en" / "reasons"
    catalogue, reader = load_catalogue(reasons), load_reader(reasons)
    messenger = SlackMessenger(client, clock)
    drafting = Drafting(words, catalogue)
    links = CalendarLinks(secret_key(settings), settings.ajar_public_url)
    letters = Letters(store, messenger, words, clock, catalogue, drafting, links.url)
    is_shifted = settings.ajar_clock_file is not None
    courier = Courier(
        store,
        messenger,
        letters,
        clock,
        heartbeat=SHIFTED_HEARTBEAT if is_shifted else HEARTBEAT,
        pace=timedelta(0) if is_shifted else PACE,
    )
    desk = Desk(store, messenger, words, clock, courier.wake)
    stories = Stories(
        desk=desk,
        decline=Decline(store, messenger, words, clock, reader, catalogue),
        call=Call(desk, drafting),
        email=Email(desk, drafting),
        reconnect=Reconnect(desk),
        rehearsal=Rehearsal(desk, drafting, reader, Rehearsals(clock)),
        home=Home(desk),
        settings=SettingsStory(desk, words.locales),
        letters=letters,
    )
    app = build_app(client, settings.slack_signing_secret.get_secret_value() or "socket-mode", stories)
    web = build_web(None if is_socket_mode(settings) else app, desk, links, store.ping)
    return Ajar(app, web, stories, store, courier, client, reader)


@asynccontextmanager
async def sockets(ajar: Ajar, settings: Settings) -> AsyncIterator[None]:
    """Socket Mode connections; two, so that one is open while the other is refreshed."""
    token = settings.slack_app_token.get_secret_value()
    handlers = [AsyncSocketModeHandler(ajar.app, token, web_client=ajar.client) for _ in range(SOCKETS)]
    try:
        for handler in handlers:
            await handler.connect_async()  # type: ignore[no-untyped-call]
        yield
    except SlackApiError as refused:
        raise ConfigurationError(
            f"SLACK_APP_TOKEN was refused by Slack ({code_of(refused)}). "
            "Make one with connections:write under Basic Information."
        ) from None
    finally:
        for handler in handlers:
            await handler.close_async()  # type: ignore[no-untyped-call]
