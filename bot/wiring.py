"""The only place that builds objects: from Settings to a running Ajar."""

import asyncio
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import Route
from starlette.types import ASGIApp

from bot.archive import Packer
from bot.calendar_page import calendar_routes
from bot.clocks import ShiftedClock, SystemClock
from bot.coaching.case import Person
from bot.coaching.reasons import Reader, load_catalogues, load_reader
from bot.courier import Courier, Pace
from bot.database import in_one_line, migrated, open_database
from bot.export_page import export_routes
from bot.flows.calendar import Calendar
from bot.flows.call import Call
from bot.flows.clearing import APART, Clearing
from bot.flows.corrections import Corrections
from bot.flows.decline import Decline
from bot.flows.desk import Desk
from bot.flows.dossier import Dossier
from bot.flows.doubts import Doubts
from bot.flows.drafting import Drafting
from bot.flows.email import Email
from bot.flows.hearing import Hearing
from bot.flows.home import Home
from bot.flows.installing import Installing
from bot.flows.letters import Letters
from bot.flows.moving import Moving
from bot.flows.onboarding import Onboarding
from bot.flows.ports import Clock
from bot.flows.preferences import Settings as SettingsStory
from bot.flows.privacy import Privacy
from bot.flows.reconnect import Reconnect
from bot.flows.rehearsal import Rehearsal
from bot.flows.rehearsals import Rehearsals
from bot.flows.stories import Stories
from bot.install_page import REDIRECT, install_routes
from bot.keys import keys_of
from bot.manifest import load_manifest, scopes_of
from bot.metrics import Metrics, metrics_route
from bot.public_pages import SUPPORT, Pages
from bot.settings import Settings, is_distributed, is_socket_mode
from bot.signing import Signer
from bot.slack import clients
from bot.slack.app import build_app
from bot.slack.authorizing import Authorizing
from bot.slack.connecting import check_token
from bot.slack.door import Door
from bot.slack.former import FormerIds
from bot.slack.messenger import SlackMessenger
from bot.slack.registering import SlackRegistrar
from bot.slack.tokens import Tokens
from bot.store import SqlStore
from bot.web import build_web
from bot.wording import Words

# Beside a local Slack: somebody may move the clock at any time, and answers come at once.
LOCAL_CALL_SECONDS = 2
LOCAL_PACE = Pace(heartbeat=timedelta(seconds=1), apart=timedelta(0), flight=timedelta(seconds=3))
LOCAL_APART = timedelta(seconds=0.05)  # two messages that are deleted
TIDY_SECONDS, LOCAL_TIDY_SECONDS = 20.0, 0.5
SETTLES_AFTER_SECONDS = 0.5  # to be ready comes first


def template_folder() -> Path:
    """In a checkout beside the package, in an installed one inside it."""
    package = Path(__file__).parent
    beside = package.parent / "templates"
    return beside if beside.is_dir() else package / "templates"


def clock_of(settings: Settings) -> Clock:
    """This machine's time, shifted if the local Slack says so."""
    return ShiftedClock(settings.ajar_clock_file) if settings.ajar_clock_file else SystemClock()


Numbers = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True)
class Ajar:
    """Everything that runs."""

    app: AsyncApp
    web: ASGIApp
    stories: Stories
    store: SqlStore
    courier: Courier
    client: AsyncWebClient
    reader: Reader
    tokens: Tokens | None  # of many workspaces
    numbers: Numbers  # as Prometheus reads them
    problems: tuple[str, ...] = ()  # of the workspace's own words, each with its file and line


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Ajar]:
    """Ajar with its database migrated, its token checked and its courier at work.

    Raises ConfigurationError with one line to print.
    """
    async with AsyncExitStack() as stack:
        clock = clock_of(settings)
        store = open_database(settings, clock)
        stack.push_async_callback(store.close)
        await migrated(store)
        with in_one_line(store):
            await store.sweep()  # a process that is started anew each day would never come to it
        is_local = settings.ajar_clock_file is not None
        timeout = aiohttp.ClientTimeout(total=LOCAL_CALL_SECONDS if is_local else clients.CALL_SECONDS)
        metrics = Metrics()
        jar = aiohttp.DummyCookieJar()  # what Slack sets for one workspace is no business of another's
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout, cookie_jar=jar))
        client = web_client(settings, session, metrics.called)
        if not is_distributed(settings):
            await check_token(client, SystemClock().now())
            with in_one_line(store):
                await store.resume(None)  # the token is good: what waited for a better one may go
        ajar = build(settings, clock, store, client, metrics)
        learning = asyncio.create_task(_settled(ajar.reader))
        stack.push_async_callback(_ended, learning)
        tidying = asyncio.create_task(_tidied(ajar.stories, LOCAL_TIDY_SECONDS if is_local else TIDY_SECONDS))
        stack.push_async_callback(_ended, tidying)
        await ajar.courier.start()
        stack.push_async_callback(ajar.courier.stop)
        stack.push_async_callback(ajar.stories.privacy.clearing.close)
        if ajar.tokens is not None:
            stack.push_async_callback(ajar.tokens.close)
        yield ajar


async def _settled(reader: Reader) -> None:
    """Learn beside the loop; then leave what stays for good out of every later collection of garbage."""
    await asyncio.sleep(SETTLES_AFTER_SECONDS)
    await asyncio.to_thread(reader.warm)
    gc.collect()
    gc.freeze()


async def _tidied(stories: Stories, seconds: float) -> None:
    """What is held in memory for a while goes when its time is over, whether or not anybody comes by."""
    while True:
        await asyncio.sleep(seconds)
        stories.decline.tidy()
        stories.rehearsal.running.tidy()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait([task])


def web_client(
    settings: Settings, session: aiohttp.ClientSession, called: clients.Called = lambda _method, _status: None
) -> clients.Client:
    """Slack at SLACK_API_URL, with the bot token if there is one."""
    token = settings.slack_bot_token.get_secret_value()
    return clients.web_client(settings.slack_api_url, session, token, called)


def build(
    settings: Settings,
    clock: Clock,
    store: SqlStore,
    client: clients.Client,
    metrics: Metrics | None = None,
) -> Ajar:
    """Put the rooms together; nothing runs yet. Long, since it has a line for each room and no decision."""
    templates = template_folder()
    words = Words(templates, settings.ajar_templates)
    catalogue, reader = load_catalogues(templates), load_reader(templates / "en" / "reasons")
    tokens = tokens_of(settings, clock, store, client)
    client_of = tokens.client if tokens else clients.always(client)
    messenger = SlackMessenger(client_of, clock)
    drafting = Drafting(words, catalogue, reader.read)
    letters = Letters(store, messenger, words, clock, catalogue, drafting)
    courier = Courier(store, messenger, letters, clock, LOCAL_PACE if settings.ajar_clock_file else Pace())
    desk = Desk(store, messenger, words, clock, courier.wake)
    decline, running = Decline(store, messenger, words, clock, reader, catalogue), Rehearsals(clock)
    calendar = Calendar(desk, lambda secret: calendar_address(settings, secret))
    signer = Signer(keys_of(settings), "export")
    packer = Packer(drafting, catalogue)
    clearing = Clearing(messenger, LOCAL_APART if settings.ajar_clock_file else APART)
    privacy = Privacy(
        desk,
        address=lambda secret: export_address(settings, signer, secret),
        pack=packer.pack,
        unpack=packer.unpack,
        calendar=calendar,
        clearing=clearing,
        memories=(decline.forget, messenger.forget, running.forget_all, clearing.forget),
    )
    installing = installing_of(settings, clock, store, client, client_of, tokens, privacy.memories)
    rehearsal = Rehearsal(desk, drafting, reader, running)
    preferences = SettingsStory(desk, words.locales)
    home = Home(desk, support_address(settings))
    stories = stories_of(
        desk, decline, drafting, letters, rehearsal, preferences, privacy, home, installing, client_of
    )
    secret = settings.slack_signing_secret.get_secret_value() or "socket-mode"
    app = build_app(client, secret, stories, Authorizing(tokens) if tokens else None)
    metrics = metrics or Metrics()
    numbers = partial(metrics.text, courier.endings, store.counts, store.next_pending, clock.now)
    pages = [*pages_of(settings, stories, signer), *metrics_routes(settings, numbers)]
    door = None if is_socket_mode(settings) else Door(app, secret, metrics.answered)
    web = build_web(door, pages, store.ping, words.text("pages.sorry", "en"))
    return Ajar(app, web, stories, store, courier, client, reader, tokens, numbers, words.problems)


def metrics_routes(settings: Settings, numbers: Numbers) -> list[Route]:
    """Beside the pages only for who brings the token, and only where there is no port for it."""
    token = settings.ajar_metrics_token.get_secret_value()
    return [metrics_route(numbers, token)] if token and settings.ajar_metrics_port is None else []


def stories_of(
    desk: Desk,
    decline: Decline,
    drafting: Drafting,
    letters: Letters,
    rehearsal: Rehearsal,
    settings: SettingsStory,
    privacy: Privacy,
    home: Home,
    installing: Installing,
    client_of: clients.ClientOf,
) -> Stories:
    """All stories around one desk."""
    hearing = Hearing(desk, drafting.wording.patterns, settings.locales)
    return Stories(
        desk=desk,
        decline=decline,
        call=Call(desk, drafting),
        corrections=Corrections(desk, drafting),
        email=Email(desk, drafting),
        reconnect=Reconnect(desk),
        rehearsal=rehearsal,
        home=home,
        settings=settings,
        letters=letters,
        privacy=privacy,
        installing=installing,
        calendar=privacy.calendar,
        dossier=Dossier(desk),
        doubts=Doubts(desk, letters),
        hearing=hearing,
        onboarding=Onboarding(desk, hearing),
        moving=Moving(desk.store, FormerIds(client_of)),
    )


def pages_of(settings: Settings, stories: Stories, signer: Signer) -> list[Route]:
    """What people open in a browser."""
    locales = stories.settings.locales
    public = Pages(stories.desk.wording, settings.ajar_support, settings.ajar_retention_days, locales)
    pages = [*export_routes(stories.privacy, signer), *calendar_routes(stories.calendar), *public.routes()]
    if is_distributed(settings):
        pages += install_routes(
            stories.installing, stories.onboarding, stories.desk.wording, settings.ajar_public_url
        )
    return pages


def tokens_of(settings: Settings, clock: Clock, store: SqlStore, client: clients.Client) -> Tokens | None:
    """The tokens of many workspaces; None where there is one, with its bot token."""
    if not is_distributed(settings):
        return None
    secret = settings.slack_client_secret.get_secret_value()
    return Tokens(store, client, clock, settings.slack_client_id, secret)


def installing_of(
    settings: Settings,
    clock: Clock,
    store: SqlStore,
    client: AsyncWebClient,
    client_of: clients.ClientOf,
    tokens: Tokens | None,
    memories: Sequence[Callable[[Person], None]],
) -> Installing:
    """The story of coming by OAuth and of being taken out."""
    scopes = scopes_of(load_manifest())
    registrar = SlackRegistrar(
        client,
        client_of,
        clock,
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        scopes=scopes,
        redirect_uri=settings.ajar_public_url.rstrip("/") + REDIRECT,
    )
    forget = (tokens.forget,) if tokens else ()
    return Installing(store, store, registrar, clock, scopes, forget, memories)


def export_address(settings: Settings, signer: Signer, secret: str) -> str:
    """Where the file behind this secret is; empty when this server has no address."""
    own = settings.ajar_public_url.rstrip("/")
    return f"{own}/export/{signer.signed(secret)}" if own else ""


def support_address(settings: Settings) -> str:
    """Where people get help: our own page, else what is configured; empty when there is neither."""
    own = settings.ajar_public_url.rstrip("/")
    if own:
        return f"{own}{SUPPORT}"
    given = settings.ajar_support
    return f"mailto:{given}" if "@" in given and not given.startswith("http") else given


def calendar_address(settings: Settings, secret: str) -> str:
    """Where a calendar program finds what is behind this secret; empty when this server has no address."""
    own = settings.ajar_public_url.rstrip("/")
    return f"{own}/calendar/{secret}.ics" if own else ""
