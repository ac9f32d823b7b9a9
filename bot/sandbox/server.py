"""The local Slack as one object: its state, the way to the app, and an HTTP server on loopback."""

import asyncio
import socket
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import uvicorn

from bot.sandbox.api import MOST_CALLS, Api, Call
from bot.sandbox.clock import SandboxClock
from bot.sandbox.delivery import Delivery, HttpDelivery
from bot.sandbox.faults import Faults, RateLimiter
from bot.sandbox.files import Files
from bot.sandbox.manifest import Manifest
from bot.sandbox.oauth import OAuth
from bot.sandbox.people import people_of
from bot.sandbox.routes import addresses
from bot.sandbox.screen import Screen
from bot.sandbox.settings import SandboxSettings
from bot.sandbox.sockets import SocketDelivery
from bot.sandbox.team import Team, team_of
from bot.sandbox.workspace import Workspace

__all__ = ["Sandbox", "SandboxSettings"]

NextDue = Callable[[], Awaitable[datetime | None]]
OnClock = Callable[[], Awaitable[None]]
JUST_AFTER = timedelta(seconds=1)  # clocks that count in whole seconds are past it too


class Sandbox:
    """One local Slack; whoever starts it may set `next_due` and `on_clock`."""

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings
        self.url = ""
        self.next_due: NextDue | None = None
        self.on_clock: OnClock | None = None
        self.manifest = Manifest(settings.manifest, settings.is_app_in_general)
        self.clock = SandboxClock(settings.clock_file)
        self.workspace = _workspace(settings, self.clock, self.manifest.app_name)
        self.clock.set_offset(self.clock.offset)  # so that the clock's file is there from the beginning
        self.faults = Faults()
        self.calls: deque[Call] = deque(maxlen=MOST_CALLS)
        self.sockets = SocketDelivery(settings.app_id, settings.ack_seconds)
        self._delivery = _delivery(settings, self.sockets)
        self._files = Files()
        self.teams: dict[str, Team] = {}
        self.oauth = OAuth(settings, self.manifest, self.teams, self.clock.now)
        first = self._join(self.workspace)
        self.events, self.gestures = first.events, first.gestures
        self.screen = self._screen()
        self.app = addresses(self._api(), self.screen, self.sockets, self.oauth)
        self._is_stopping = False
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    def _address(self) -> str:
        return self.url

    def _join(self, workspace: Workspace) -> Team:
        def is_installed() -> bool:
            return self.oauth.is_installed(team)

        team = team_of(
            workspace,
            self._delivery,
            self.manifest,
            self.settings,
            self._files,
            self._address,
            is_installed,
        )
        self.teams[workspace.team_id] = team
        return team

    def add_team(self, team_id: str, name: str, enterprise_id: str | None = None) -> Team:
        """Another workspace, where the app is not installed yet; of an organisation if one is named."""
        number = len(self.teams)
        return self._join(
            Workspace(
                self.clock,
                people_of(number),
                app_id=self.settings.app_id,
                team_id=team_id,
                app_name=self.manifest.app_name,
                trigger_seconds=self.settings.trigger_seconds,
                name=name,
                enterprise_id=enterprise_id,
                number=number,
            )
        )

    def _screen(self) -> Screen:
        return Screen(
            self.workspace,
            self.clock,
            self.manifest,
            self.teams[self.workspace.team_id].gesture,
            due=self.due,
            move_clock=self.move_clock,
            jump=self.jump,
            is_stopping=lambda: self._is_stopping,
        )

    def _api(self) -> Api:
        return Api(
            self.settings,
            self.teams,
            self.oauth,
            self._files,
            self.faults,
            RateLimiter() if self.settings.has_rate_limits else None,
            self.sockets,
            self._address,
            self.calls,
        )

    async def start(self, port: int = 0) -> None:
        """Listen on loopback; `url` tells where. Raises OSError when the port is taken."""
        bound = _bind(port)
        self.url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        self._server = _Server(self.app)
        self._serving = asyncio.get_running_loop().create_task(self._server.serve([bound]))
        await self._server.is_up.wait()
        if not self._server.started:
            await self._serving

    async def stop(self) -> None:
        """Close everything, and write what is still to be kept."""
        self._is_stopping = True
        self.workspace.touch()
        for team in self.teams.values():
            await team.events.close()
        await self.sockets.close()
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
        await self._delivery.close()
        if self.workspace.file is not None:
            self.workspace.file.close()

    async def settled(self) -> None:
        """Wait until every event has been taken by the app, or given up."""
        for team in self.teams.values():
            await team.settled()

    async def due(self) -> datetime | None:
        """The next moment at which the app has something to do, if it tells."""
        return await self.next_due() if self.next_due is not None else None

    async def move_clock(self, by: timedelta) -> None:
        """Let time pass at once."""
        self.clock.advance(by)
        if self.on_clock is not None:
            await self.on_clock()
        self.workspace.touch()

    async def jump(self) -> bool:
        """Go to the next moment due, never back; False when there is none."""
        due_at = await self.due()
        if due_at is None:
            return False
        await self.move_clock(max(due_at - self.clock.now(), timedelta(0)) + JUST_AFTER)
        return True

    async def gesture(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """One thing that a person does, as in POST /_/{name}; raises Refused, KeyError."""
        return await self.screen.perform(name, given)


def _workspace(settings: SandboxSettings, clock: SandboxClock, app_name: str) -> Workspace:
    return Workspace(
        clock,
        settings.people,
        file=settings.state_file,
        app_id=settings.app_id,
        team_id=settings.team_id,
        app_name=app_name,
        trigger_seconds=settings.trigger_seconds,
    )


def _delivery(settings: SandboxSettings, sockets: SocketDelivery) -> Delivery:
    if settings.request_url:
        return HttpDelivery(settings.request_url, settings.signing_secret, settings.ack_seconds)
    return sockets


def _bind(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", port))
    except (OSError, OverflowError) as refused:
        bound.close()
        raise OSError(f"port {port} is taken") from refused
    return bound


class _Server(uvicorn.Server):
    """uvicorn inside somebody else's loop: it leaves signals alone, and tells when it is up."""

    def __init__(self, app: Any) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="websockets-sansio",
            timeout_graceful_shutdown=2,
        )
        super().__init__(config)
        self.is_up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Whoever runs the loop decides what Ctrl-C means."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so; a failure is raised where the server's task is awaited."""
        try:
            await super().startup(sockets)
        finally:
            self.is_up.set()
