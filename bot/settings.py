"""The environment as one frozen record; what is wrong in it is said in one line with the remedy."""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.manifest import EVENTS

SLACK_API = "https://slack.com/api/"
SHORTEST_KEY = 16  # characters; a random one of this length can't be guessed
EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
MAKE_KEY = "`openssl rand -base64 32`"
PLACEHOLDERS = ("…", "...", "<", ">")  # as they stand in instructions
PLACES = (  # paths and addresses; `docker --env-file` leaves quotation marks in
    "database_url", "slack_api_url", "ajar_data", "ajar_host", "ajar_public_url", "ajar_support",
    "ajar_templates", "ajar_clock_file",
)  # fmt: skip
A_PORT = "a number from 1 to 65535"
WANTED = {  # what a setting that is no text has to be, and an example
    "PORT": (A_PORT, "3000"),
    "AJAR_METRICS_PORT": (A_PORT, "9090"),
    "AJAR_RETENTION_DAYS": ("a number of days from 30 to 36500", "365"),
}


class ConfigurationError(Exception):
    """Ajar can't start like this; the text names the variable and the remedy."""


class UnreachableError(ConfigurationError):
    """Something outside does not answer just now; another try may do."""


class Settings(BaseSettings):
    """Every setting, by the name of its variable in lower case."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_client_id: str = ""  # with the secret: installing in many workspaces by OAuth
    slack_client_secret: SecretStr = SecretStr("")
    slack_api_url: str = SLACK_API
    database_url: SecretStr = SecretStr("")  # empty: SQLite in the data folder
    port: int = Field(3000, ge=1, le=65535)
    ajar_host: str = "127.0.0.1"
    ajar_public_url: str = ""  # where this server is reached from outside; for calendar files
    ajar_support: str = ""  # an email or web address where people get help
    ajar_data: Path = Field(default_factory=lambda: data_folder())
    ajar_templates: Path | None = None
    ajar_secret_key: SecretStr = SecretStr("")  # several: the first seals and signs, all open
    ajar_retention_days: int | None = Field(None, ge=30, le=36500)  # of cases put away; empty: for ever
    ajar_clock_file: Path | None = None  # seconds that the local Slack's clock is ahead
    ajar_log_level: str = "INFO"
    ajar_metrics_port: int | None = Field(None, ge=1, le=65535)  # numbers on a port of their own
    ajar_metrics_token: SecretStr = SecretStr("")  # or at /metrics for who brings this

    @model_validator(mode="before")
    @classmethod
    def _without_space_around(cls, given: Any) -> Any:
        """Copied values come with spaces and line ends; one that is nothing else is not set."""
        if not isinstance(given, dict):
            return given
        bare = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        return {name: value for name, value in bare.items() if value != ""}


def data_folder(home: Path | None = None) -> Path:
    """Where the embedded database lives unless told otherwise."""
    return (home or Path.home()) / ".local" / "share" / "ajar"


def load_settings(**given: object) -> Settings:
    """Read the environment. Raises ConfigurationError naming the first variable that is wrong."""
    try:
        read = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as wrong:
        raise ConfigurationError(_first_mistake(wrong)) from None
    for name in PLACES:
        value = getattr(read, name)
        _check_unquoted(
            name.upper(), value.get_secret_value() if name == "database_url" else str(value or "")
        )
    settings = read.model_copy(
        update={
            "ajar_data": _at_home("AJAR_DATA", read.ajar_data),
            "ajar_templates": read.ajar_templates and _at_home("AJAR_TEMPLATES", read.ajar_templates),
            "ajar_host": read.ajar_host.removeprefix("[").removesuffix("]"),
        }
    )
    _check_address("SLACK_API_URL", settings.slack_api_url, SLACK_API)
    if settings.ajar_log_level.upper() not in LEVELS:
        raise ConfigurationError(f"AJAR_LOG_LEVEL is no level. Set it to one of {', '.join(LEVELS)}.")
    _check_metrics_token(settings.ajar_metrics_token.get_secret_value())
    if settings.ajar_metrics_port == settings.port:
        raise ConfigurationError(
            "AJAR_METRICS_PORT is the same as PORT. Set it to another one, such as 9090, or remove it."
        )
    if settings.ajar_public_url:
        _check_public_url(settings.ajar_public_url)
    _check_support(settings.ajar_support)
    return settings


def _first_mistake(wrong: ValidationError) -> str:
    first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
    name = str(first["loc"][0]).upper() if first["loc"] else "the environment"
    if name in WANTED:
        what, example = WANTED[name]
        return f"{name} is not {what}. Set it to one, such as {example}, or remove it."
    return f"{name} can't be read. Set it to what the README's table says, or remove it."


def _at_home(name: str, path: Path) -> Path:
    """With ~ for the home folder, which only a shell would put in. Raises ConfigurationError."""
    try:
        return path.expanduser()
    except RuntimeError:
        raise ConfigurationError(
            f"{name}: nobody's home is at {path}. Write the whole path, from / on."
        ) from None


def unknown_settings(names: Sequence[str] | None = None) -> tuple[str, ...]:
    """A line for each variable of ours that Ajar does not know: a slip of the pen would stay silent."""
    known = {name.upper() for name in Settings.model_fields}
    lines = []
    for name in sorted(os.environ if names is None else names):
        if name.startswith("AJAR_") and name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.75)
            meant = f" Did you mean {near[0]}?" if near else " Remove it, or look at the README's table."
            lines.append(f"{name} is no setting of Ajar's and does nothing.{meant}")
    return tuple(lines)


def wrong_with_address(value: str) -> str:
    """What is wrong with a web address that things are added to; empty when it will do."""
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or re.search(r"[\s\\<>\"…]", value):
        return "is not an address"
    if "?" in value or "#" in value:
        return "has a ? or # in it, and paths are added to its end"
    if parts.username is not None or parts.password is not None:
        return "has a user or password in it, which would stand in links"
    return ""


def wrong_with_own_address(value: str) -> str:
    """The same of the address of this server, whose pages and cookies stand at the top of a name."""
    wrong = wrong_with_address(value)
    if not wrong and urlsplit(value).path.strip("/"):
        return "has a path in it, and Ajar needs a host name of its own"
    return wrong


def is_loopback(url: str) -> bool:
    """Whether an address leads to this machine itself."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _check_address(name: str, value: str, example: str) -> None:
    wrong = wrong_with_address(value)
    if wrong:
        raise ConfigurationError(f"{name} {wrong}. Set it to something like {example}")


def _check_public_url(value: str) -> None:
    if value.rstrip("/").endswith(EVENTS):
        raise ConfigurationError(
            f"AJAR_PUBLIC_URL ends with {EVENTS}, which Ajar adds itself. Set it to what stands before."
        )
    wrong = wrong_with_own_address(value)
    if wrong:
        raise ConfigurationError(
            f"AJAR_PUBLIC_URL {wrong}. Set it to something like https://ajar.example.org"
        )


def _check_metrics_token(token: str) -> None:
    if 0 < len(token) < SHORTEST_KEY:
        raise ConfigurationError(
            f"AJAR_METRICS_TOKEN has fewer than {SHORTEST_KEY} characters. {MAKE_KEY} prints a good one."
        )
    _check_unquoted("AJAR_METRICS_TOKEN", token)
    if re.search(r"[^!-~]", token):  # a header holds nothing else
        raise ConfigurationError(
            "AJAR_METRICS_TOKEN has a space, an accent or another odd character in it. "
            f"{MAKE_KEY} prints a good one."
        )


def _check_clock_file(file: Path) -> None:
    """It is for tests; an install that got it by mistake must not run by a clock that nobody moves."""
    try:
        timedelta(seconds=float(file.read_text() or 0))
    except (OSError, ValueError, OverflowError):
        raise ConfigurationError(
            f"AJAR_CLOCK_FILE: there is no number of seconds in {file}. It is for tests: remove it."
        ) from None


def _check_support(value: str) -> None:
    """An email address or a web address; it ends up in a link, so nothing else will do."""
    if value and not EMAIL.fullmatch(value):
        if not value.startswith(("http://", "https://")):
            raise ConfigurationError(
                "AJAR_SUPPORT is neither an email address nor a web address. "
                "Set it to something like help@example.org or https://example.org/help"
            )
        _check_address("AJAR_SUPPORT", value.partition("?")[0].partition("#")[0], "https://example.org/help")


def secret_keys(settings: Settings) -> tuple[str, ...]:
    """The keys of AJAR_SECRET_KEY, in their order; none when it is not set. Raises ConfigurationError."""
    given = settings.ajar_secret_key.get_secret_value()
    keys = tuple(re.split(r"[,\s]+", given.strip(", \t\r\n")))
    if not given:
        return ()
    for number, key in enumerate(keys, 1):
        if len(key) < SHORTEST_KEY:
            raise ConfigurationError(
                f"AJAR_SECRET_KEY: key {number} of {len(keys)} has fewer than {SHORTEST_KEY} characters. "
                f"Use a long random one; {MAKE_KEY} prints one."
            )
    return keys


def is_socket_mode(settings: Settings) -> bool:
    """An app token means Socket Mode."""
    return bool(settings.slack_app_token.get_secret_value())


def is_distributed(settings: Settings) -> bool:
    """A client id means installing in many workspaces by OAuth, instead of one by its token."""
    return bool(settings.slack_client_id)


def check_for_serving(settings: Settings) -> None:
    """What `ajar serve` can't do without. Raises ConfigurationError."""
    secrets: Mapping[str, str] = {
        "SLACK_BOT_TOKEN": settings.slack_bot_token.get_secret_value(),
        "SLACK_APP_TOKEN": settings.slack_app_token.get_secret_value(),
        "SLACK_SIGNING_SECRET": settings.slack_signing_secret.get_secret_value(),
        "SLACK_CLIENT_ID": settings.slack_client_id,
        "SLACK_CLIENT_SECRET": settings.slack_client_secret.get_secret_value(),
    }
    for name, value in secrets.items():
        _check_copied(name, value)
    if settings.ajar_clock_file:
        _check_clock_file(settings.ajar_clock_file)
    bot, app = secrets["SLACK_BOT_TOKEN"], secrets["SLACK_APP_TOKEN"]
    if is_distributed(settings):
        _check_for_oauth(settings, bot)
    else:
        _check_bot_token(bot, is_oauth_begun=bool(secrets["SLACK_CLIENT_SECRET"]))
    if app and not app.startswith("xapp-"):
        raise ConfigurationError(
            f"SLACK_APP_TOKEN is not an app-level token{_kind_of(app)}. Copy the one that starts with xapp- "
            "from Basic Information, or remove it to use HTTP."
        )
    _check_signing_secret(secrets["SLACK_SIGNING_SECRET"], is_needed=not app)


def _check_signing_secret(secret: str, *, is_needed: bool) -> None:
    place = "Basic Information, App Credentials"
    if is_needed and not secret:
        raise ConfigurationError(
            "SLACK_SIGNING_SECRET is not set. Copy it from Basic Information for HTTP, "
            "or set SLACK_APP_TOKEN (xapp-…) for Socket Mode."
        )
    if secret.startswith(("xoxb-", "xapp-", "xoxe", "xoxp-")):
        raise ConfigurationError(
            f"SLACK_SIGNING_SECRET is not a signing secret{_kind_of(secret)}. "
            f"Copy the one that stands under {place}."
        )
    if is_needed and len(secret) < SHORTEST_KEY:
        raise ConfigurationError(
            f"SLACK_SIGNING_SECRET is too short: Slack's has 32 letters and digits. Copy it from {place}."
        )


def _check_copied(name: str, value: str) -> None:
    """Slack's secrets are letters, digits and a few marks: anything else came in while copying."""
    if any(mark in value for mark in PLACEHOLDERS):
        raise ConfigurationError(f"{name} is still the placeholder. Put in what Slack's page shows.")
    _check_unquoted(name, value)
    if re.search(r"[^!-~]", value):
        raise ConfigurationError(
            f"{name} has a space or another odd character in it. Copy it again from Slack's page."
        )


def _check_unquoted(name: str, value: str) -> None:
    if value.startswith(("'", '"')):
        raise ConfigurationError(f"{name} has quotation marks around it. Remove them.")


def _check_bot_token(bot: str, *, is_oauth_begun: bool) -> None:
    where = "Copy the one that starts with xoxb- under OAuth & Permissions."
    if not bot and is_oauth_begun:
        raise ConfigurationError(
            "SLACK_CLIENT_ID is not set, and SLACK_CLIENT_SECRET is. Copy both from Basic Information, "
            "or remove the secret and set SLACK_BOT_TOKEN."
        )
    if not bot:
        raise ConfigurationError(f"SLACK_BOT_TOKEN is not set. {where}")
    if bot.startswith("xoxe.xoxb-"):
        raise ConfigurationError(
            "SLACK_BOT_TOKEN ends after twelve hours: the app rotates its tokens. Make the app anew from "
            "`ajar manifest`, or install it by OAuth with SLACK_CLIENT_ID, which renews them."
        )
    if not bot.startswith("xoxb-"):
        raise ConfigurationError(f"SLACK_BOT_TOKEN is not a bot token{_kind_of(bot)}. {where}")


def _kind_of(token: str) -> str:
    """Which of Slack's tokens this is instead."""
    kinds = {
        "xapp-": ", but an app-level token, which is for SLACK_APP_TOKEN",
        "xoxb-": ", but a bot token, which is for SLACK_BOT_TOKEN",
        "xoxp-": ", but a person's own token",
        "xoxe": ", but a token for renewing others",
    }
    return next((said for begins, said in kinds.items() if token.startswith(begins)), "")


def _check_for_oauth(settings: Settings, bot_token: str) -> None:
    if bot_token:
        raise ConfigurationError(
            "SLACK_BOT_TOKEN is for one workspace, and SLACK_CLIENT_ID for many. Remove one of the two."
        )
    if not settings.slack_client_secret.get_secret_value():
        raise ConfigurationError(
            "SLACK_CLIENT_SECRET is not set. Copy it from Basic Information, beside the client id."
        )
    own = settings.ajar_public_url
    if not own:
        raise ConfigurationError(
            "AJAR_PUBLIC_URL is not set. Installing by OAuth needs the address that Slack sends people "
            "back to, such as https://ajar.example.org"
        )
    if not own.startswith("https://") and not is_loopback(own):
        raise ConfigurationError(
            "AJAR_PUBLIC_URL begins with http://, and Slack sends people back to https:// alone. "
            "Put TLS before Ajar and set the address that begins with https://"
        )
