"""What the app and the local Slack have agreed on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.sandbox.delivery import ACK_SECONDS
from bot.sandbox.events import RETRIES_AFTER_SECONDS
from bot.sandbox.people import PEOPLE, Human
from bot.sandbox.triggers import TRIGGER_SECONDS


@dataclass(frozen=True)
class SandboxSettings:
    """The defaults make a workspace that needs nothing but the app's manifest."""

    bot_token: str = field(default="xoxb-local", repr=False)
    app_token: str = field(default="xapp-local", repr=False)
    signing_secret: str = field(default="local-signing-secret", repr=False)
    client_id: str = "1.local"
    client_secret: str = field(default="local-client-secret", repr=False)
    app_id: str = "A0AJARLOCAL"
    team_id: str = "T0AJARLOCAL"
    request_url: str | None = None  # where the app takes HTTP requests; none: Socket Mode
    manifest: Mapping[str, Any] = field(default_factory=dict)
    people: tuple[Human, ...] = PEOPLE
    scopes: frozenset[str] | None = None  # None: the manifest's; without a manifest, all
    is_app_in_general: bool = False
    is_installed: bool = True  # in the first workspace, with bot_token
    state_file: Path | None = None
    clock_file: Path | None = None
    ack_seconds: float = ACK_SECONDS
    trigger_seconds: float = TRIGGER_SECONDS
    retries_after_seconds: tuple[float, ...] = RETRIES_AFTER_SECONDS
    has_rate_limits: bool = False
