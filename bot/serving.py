"""Running: `ajar serve` against Slack."""

import asyncio
import contextlib
import errno
import importlib
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from bot.metrics import metrics_app
from bot.settings import ConfigurationError, Settings, check_for_serving, is_socket_mode
from bot.slack.connecting import sockets
from bot.wiring import Ajar, running

DRAIN_SECONDS = 8


def fast_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    """uvloop where it runs; elsewhere (Windows) the standard loop."""
    try:
        fast: Callable[[], asyncio.AbstractEventLoop] = importlib.import_module("uvloop").new_event_loop
    except ImportError:
        return asyncio.new_event_loop
    return fast


@asynccontextmanager
async def web_server(app: ASGIApp, bound: socket.socket) -> AsyncIterator[None]:
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


class TakenError(ConfigurationError):
    """Something listens there already; it may be Ajar itself."""


def bind(host: str, port: int, variable: str = "PORT") -> socket.socket:
    """Take the address now, so that a taken port is known before anything else starts.

    variable: the setting that the port comes from. Raises ConfigurationError.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise _no_host(host) from None
    # Of two families that "localhost" has, the one that proxies expect.
    family, _, _, _, address = min(found, key=lambda item: item[0] != socket.AF_INET)
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
    except (OSError, OverflowError) as refused:
        bound.close()
        if getattr(refused, "errno", None) == errno.EADDRNOTAVAIL:
            raise _no_host(host) from None
        raise _no_port(host, port, variable, refused) from None
    return bound


def _no_host(host: str) -> ConfigurationError:
    return ConfigurationError(
        f"AJAR_HOST: {host} is no address of this machine. Set it to 127.0.0.1 (behind a proxy on this "
        "machine) or 0.0.0.0 (every way in), without http:// and without a port, or remove it."
    )


def _no_port(host: str, port: int, variable: str, refused: Exception) -> ConfigurationError:
    if isinstance(refused, PermissionError):
        remedy = f"Ports below 1024 are for root alone: set {variable} to a higher one."
    else:
        remedy = f"Stop what runs there, or set another {variable}."
    reason = getattr(refused, "strerror", None) or str(refused)
    kind = TakenError if getattr(refused, "errno", None) == errno.EADDRINUSE else ConfigurationError
    return kind(f"{variable}: {host}:{port} can't be used ({reason}). {remedy}")


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Ajar]:
    """Everything of `ajar serve`: HTTP always (health, calendars), sockets where there is an app token."""
    check_for_serving(settings)
    async with AsyncExitStack() as stack:
        bound = bind(settings.ajar_host, settings.port)
        stack.callback(bound.close)
        ajar = await stack.enter_async_context(running(settings))
        if is_socket_mode(settings):  # first: what answers at /readyz answers Slack too
            await stack.enter_async_context(
                sockets(ajar.app, ajar.client, settings.slack_app_token.get_secret_value())
            )
        await stack.enter_async_context(web_server(ajar.web, bound))
        if settings.ajar_metrics_port is not None:
            await stack.enter_async_context(_metrics(settings, settings.ajar_metrics_port, ajar))
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
