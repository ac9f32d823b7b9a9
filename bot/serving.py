"""Running: `ajar serve` against Slack, and Ajar beside a local Slack in one process."""

import asyncio
import contextlib
import importlib
import signal
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from bot.metrics import metrics_app
from bot.sandbox.delivery import ACK_SECONDS
from bot.sandbox.server import Sandbox, SandboxSettings
from bot.settings import ConfigurationError, Settings, check_for_serving, is_socket_mode, load_settings
from bot.wiring import Ajar, running, sockets

DRAIN_SECONDS = 8
LOCAL_KEY = "for-a-local-slack-on-a-server's-database"


def fast_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    """uvloop where it runs; elsewhere (Windows) the standard loop."""
    try:
        fast: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    except ImportError:
        return asyncio.new_event_loop
    return fast


@asynccontextmanager
async def web_server(app: Starlette, bound: socket.socket) -> AsyncIterator[None]:
    """Serve on a socket that is bound already; at the end running requests finish."""
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=DRAIN_SECONDS
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve([bound]))
    while not (server.started or serving.done()):  # noqa: ASYNC110  uvicorn has no event for it
        await asyncio.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = True
        await serving
        bound.close()


def bind(host: str, port: int, variable: str = "PORT") -> socket.socket:
    """Take the address now, so that a taken port is known before anything else starts."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except (OSError, OverflowError) as refused:
        bound.close()
        reason = getattr(refused, "strerror", None) or str(refused)
        raise ConfigurationError(
            f"{variable}: {host}:{port} can't be used ({reason}). "
            f"Stop what runs there, or set another {variable}."
        ) from None
    return bound


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Ajar]:
    """Everything of `ajar serve`: HTTP always (health, calendars), sockets where there is an app token."""
    check_for_serving(settings)
    async with AsyncExitStack() as stack:
        bound = bind(settings.ajar_host, settings.port)
        stack.callback(bound.close)
        ajar = await stack.enter_async_context(running(settings))
        await stack.enter_async_context(web_server(ajar.web, bound))
        if settings.ajar_metrics_port is not None:
            await stack.enter_async_context(_metrics(settings, settings.ajar_metrics_port, ajar))
        if is_socket_mode(settings):
            await stack.enter_async_context(sockets(ajar, settings))
        stack.callback(ajar.courier.halt)  # while the last requests are answered
        yield ajar


@asynccontextmanager
async def _metrics(settings: Settings, port: int, ajar: Ajar) -> AsyncIterator[None]:
    """The numbers on a port of their own."""
    bound = bind(settings.ajar_host, port, "AJAR_METRICS_PORT")
    numbers = metrics_app(ajar.numbers, settings.ajar_metrics_token.get_secret_value())
    async with web_server(numbers, bound):
        yield


async def until_stopped() -> None:
    """Wait for Ctrl-C or the stop of a supervisor."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(name, stopped.set)
    await stopped.wait()


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
        sandbox = Sandbox(agreed)
        if start_at is not None:
            sandbox.clock.set_offset(start_at - datetime.now(UTC))
        try:
            await sandbox.start(port)
        except OSError:
            raise ConfigurationError(
                f"--port {port} is taken. Choose another one, or leave it out."
            ) from None
        stack.push_async_callback(sandbox.stop)
        settings = local_settings(sandbox, agreed, folder, own, over_sockets=over_sockets, **own_settings)
        ajar = await stack.enter_async_context(running(settings))
        await stack.enter_async_context(web_server(ajar.web, bound))
        if over_sockets:
            await stack.enter_async_context(sockets(ajar, settings))
        _tie_clock(sandbox, ajar)
        yield Local(sandbox, ajar)


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

    async def next_due() -> datetime | None:
        return await ajar.store.next_pending()

    async def wake() -> None:
        ajar.courier.wake()

    sandbox.next_due, sandbox.on_clock = next_due, wake
