"""`ajar doctor`: looks at everything that serving needs, changes nothing, and says what to do."""

import stat
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.clocks import SystemClock
from bot.database import damaged, newer, open_database, unreachable
from bot.files import remedy_for
from bot.flows.ports import StoreUnavailableError
from bot.manifest import load_manifest, scopes_of
from bot.serving import TakenError, bind
from bot.settings import (
    ConfigurationError,
    Settings,
    check_for_serving,
    is_distributed,
    is_loopback,
    is_socket_mode,
    load_settings,
    secret_keys,
    unknown_settings,
)
from bot.slack.clients import CALL_SECONDS, ELSEWHERE, code_of, is_passing, web_client
from bot.slack.connecting import elsewhere, time_of
from bot.store import DamagedError, NewerError, WrongKeyError
from bot.wiring import template_folder
from bot.wording import Words

FARTHEST_CLOCK_SECONDS = 60  # Slack's signatures are refused at three hundred
NEXT_START = "It is made at the next start."


class State(StrEnum):
    """How a check ended."""

    WELL = "well"
    NOTE = "note"  # nothing is broken, but something is worth knowing
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    about: str
    state: State
    says: str
    remedy: str = ""


async def examine() -> AsyncIterator[Finding]:
    """Every finding, in the order in which one would mend them."""
    try:
        settings = load_settings()
        check_for_serving(settings)
    except ConfigurationError as wrong:
        yield Finding("settings", State.WRONG, str(wrong))
        return
    way = "Socket Mode" if is_socket_mode(settings) else f"HTTP on {settings.ajar_host}:{settings.port}"
    for line in unknown_settings():
        yield Finding("settings", State.NOTE, *_two(line))
    how_many = "many workspaces by OAuth" if is_distributed(settings) else "one workspace by its bot token"
    yield Finding("settings", State.WELL, f"{way}, {how_many}.")
    for port in _ports(settings):
        yield port
    yield _key(settings)
    yield await _database(settings)
    yield _templates(settings)
    async with _session() as session:
        for check in (_slack, _socket, _reachable):
            async for finding in check(settings, session):
                yield finding


@asynccontextmanager
async def _session() -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=CALL_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield session


def _ports(settings: Settings) -> Iterator[Finding]:
    """Whether they could be taken; while serve is running it has them."""
    named = {"PORT": settings.port, "AJAR_METRICS_PORT": settings.ajar_metrics_port}
    for name, port in named.items():
        if port is None:
            continue
        try:
            bind(settings.ajar_host, port, name).close()
        except TakenError:
            remedy = "While `ajar serve` runs it should be; else stop what runs there, or set another."
            yield Finding("port", State.NOTE, f"{name}: {port} is taken.", remedy)
        except ConfigurationError as wrong:
            yield Finding("port", State.WRONG, *_two(str(wrong)))
        else:
            yield Finding("port", State.WELL, f"{name}: {settings.ajar_host}:{port} is free.")


def _key(settings: Settings) -> Finding:
    try:
        given = secret_keys(settings)
    except ConfigurationError as wrong:
        return Finding("key", State.WRONG, str(wrong))
    if given:
        return Finding("key", State.WELL, f"AJAR_SECRET_KEY has {len(given)}; the first seals.")
    file = settings.ajar_data / "secret.key"
    try:
        mode = file.stat().st_mode
        file.read_bytes()
    except FileNotFoundError:
        return Finding("key", State.NOTE, f"There is none in {settings.ajar_data} yet. {NEXT_START}")
    except OSError as refused:
        return Finding("key", State.WRONG, f"{file} can't be read ({refused.strerror}).", remedy_for(file))
    if stat.S_IMODE(mode) & 0o077:
        return Finding("key", State.WRONG, f"{file} can be read by others.", f"chmod 600 {file}")
    return Finding("key", State.WELL, f"{file}. Keep a copy elsewhere: without it nothing can be read.")


def _is_missing(file: Path) -> bool:
    try:
        file.stat()
    except FileNotFoundError:
        return True
    except OSError:  # of a folder that we may not look into
        return False
    return False


async def _database(settings: Settings) -> Finding:
    url = settings.database_url.get_secret_value()
    file = settings.ajar_data / "ajar.db"
    if not url and _is_missing(file):
        return Finding("database", State.NOTE, f"There is none at {file} yet. {NEXT_START}")
    try:
        store = open_database(settings, SystemClock())
    except ConfigurationError as wrong:
        return Finding("database", State.WRONG, *_two(str(wrong)))
    try:
        if await store.is_behind():
            text = "An earlier Ajar made it, or it is empty. The next start brings it forward."
            return Finding("database", State.NOTE, text, "Make a copy before: `ajar backup FILE`.")
        counts = await store.opened()
    except NewerError:
        return Finding("database", State.WRONG, *_two(newer(store.file)))
    except WrongKeyError:
        text = "AJAR_SECRET_KEY does not open this database."
        return Finding("database", State.WRONG, text, "Put back the key it was sealed with.")
    except DamagedError:
        return Finding("database", State.WRONG, *_two(damaged(store.file)))
    except StoreUnavailableError as failure:
        return Finding("database", State.WRONG, *_two(unreachable(store.file, failure)))
    finally:
        await store.close()
    doubts = counts.get("in_doubt", 0)
    state = State.NOTE if doubts else State.WELL
    return Finding(
        "database", state, f"It opens. Messages that wait: {counts.get('pending', 0)}, in doubt: {doubts}."
    )


def _two(text: str) -> tuple[str, str]:
    """What is wrong, and what to do."""
    says, _, remedy = text.partition(". ")
    return f"{says}.", remedy


def _templates(settings: Settings) -> Finding:
    problems = Words(template_folder(), settings.ajar_templates).problems
    if problems:
        return Finding(
            "templates",
            State.WRONG,
            " ".join(problems),
            "`ajar preview` looks again when you have mended it.",
        )
    own = f" with those of {settings.ajar_templates}" if settings.ajar_templates else ""
    return Finding("templates", State.WELL, f"All words are there{own}.")


async def _slack(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    """The token, its scopes, and both clocks; with OAuth there is no token to try."""
    token = settings.slack_bot_token.get_secret_value()
    client = web_client(settings.slack_api_url, session, token)
    try:
        answer: Any = await client.api_call("auth.test" if token else "api.test")
    except SlackApiError as refused:
        answer, code = refused.response, code_of(refused)
        if code in ELSEWHERE:
            yield Finding("slack", State.WRONG, *_two(elsewhere(client.base_url, code)))
            return
        if is_passing(code):
            text = f"Slack has trouble of its own ({code})."
            yield Finding("slack", State.WRONG, text, "Try again in a minute.")
        elif token:
            remedy = "Copy it again from OAuth & Permissions, or reinstall the app there."
            yield Finding("token", State.WRONG, f"Slack refuses SLACK_BOT_TOKEN ({code}).", remedy)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        remedy = "Check SLACK_API_URL and the way out of this machine's network."
        yield Finding("slack", State.WRONG, f"Nothing answers at {settings.slack_api_url}.", remedy)
        return
    else:
        if token:
            yield Finding("token", State.WELL, f"It is for the workspace {answer['team']}.")
            yield _scopes(answer.headers)
    yield _clock(answer.headers)


def _scopes(headers: Mapping[str, str]) -> Finding:
    """Slack shows the rest of an app's manifest to nobody but its owner."""
    given = {name.strip() for name in _header(headers, "x-oauth-scopes").split(",")}
    wanted = scopes_of(load_manifest())
    missing = [scope for scope in wanted if scope not in given]
    if missing:
        remedy = "Paste what `ajar manifest` prints under App Manifest, then reinstall the app."
        return Finding("manifest", State.WRONG, f"Scopes are missing: {', '.join(missing)}.", remedy)
    more = sorted(given - set(wanted) - {""})
    if more:
        return Finding("manifest", State.NOTE, f"Scopes that Ajar does not use: {', '.join(more)}.")
    return Finding("manifest", State.WELL, "The app has the scopes of manifest.yml.")


def _clock(headers: Mapping[str, str]) -> Finding:
    theirs = time_of(headers)
    if theirs is None:
        return Finding("clock", State.NOTE, "Slack did not say what time it is.")
    apart = abs((datetime.now(UTC) - theirs).total_seconds())
    if apart > FARTHEST_CLOCK_SECONDS:
        remedy = "Turn on time synchronisation: Slack's signatures are refused at five minutes."
        return Finding("clock", State.WRONG, f"This machine and Slack are {apart:.0f} s apart.", remedy)
    return Finding("clock", State.WELL, "It agrees with Slack's.")


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((str(value) for key, value in headers.items() if key.lower() == name), "")


async def _socket(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    if not is_socket_mode(settings):
        return
    client = web_client(settings.slack_api_url, session)
    try:
        await client.apps_connections_open(app_token=settings.slack_app_token.get_secret_value())
    except SlackApiError as refused:
        code = code_of(refused)
        if is_passing(code):
            return  # it was said already that Slack has trouble, or isn't there
        remedy = "Make one with connections:write under Basic Information, and turn Socket Mode on."
        yield Finding("sockets", State.WRONG, f"Slack refuses SLACK_APP_TOKEN ({code}).", remedy)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return  # it was said already that nothing answers
    else:
        yield Finding("sockets", State.WELL, "Slack opens one.")


async def _reachable(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    """From this machine, which is the best that can be done from here."""
    own = settings.ajar_public_url.rstrip("/")
    if not own:
        if not is_socket_mode(settings):
            text = "AJAR_PUBLIC_URL is not set, so whether Slack reaches this server can't be tried."
            yield Finding("address", State.NOTE, text, "Set it to the address in the app's manifest.")
        return
    if not (is_socket_mode(settings) or own.startswith("https://") or is_loopback(own)):
        text = f"AJAR_PUBLIC_URL is {own}, and Slack takes https:// alone."
        yield Finding("address", State.WRONG, text, "Put TLS before Ajar, and begin it with https://")
        return
    asked = [("GET", "/healthz", 200)]
    if not is_socket_mode(settings):
        asked.append(("POST", "/slack/events", 401))  # nobody has signed it
    for method, path, expected in asked:
        try:
            async with session.request(method, own + path, allow_redirects=False) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as failure:
            text = f"{own}{path} can't be reached ({type(failure).__name__})."
            yield Finding("address", State.WRONG, text, "Is `ajar serve` running, and the proxy before it?")
            return
        if status != expected:
            text = f"{own}{path} answers {status}, not {expected}: something else is there."
            yield Finding("address", State.WRONG, text, "Let the proxy pass every path on to Ajar unchanged.")
            return
    if not own.startswith("https://"):
        yield Finding(
            "address", State.NOTE, f"{own} is not https: Slack takes no other.", "Put TLS before it."
        )
        return
    yield Finding("address", State.WELL, f"Ajar answers at {own}.")
