"""The environment as one frozen record; what is wrong in it is said in one line with the remedy."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

SLACK_API = "https://slack.com/api/"
SHORTEST_KEY = 16  # characters; a random one of this length can't be guessed
EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
MAKE_KEY = "`openssl rand -base64 32`"


class ConfigurationError(Exception):
    """Ajar can't start like this; the text names the variable and the remedy."""


class Settings(BaseSettings):
    """Every setting, by the name of its variable in lower case."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_client_id: str = ""  # with the secret: installing in many workspaces by OAuth
    slack_client_secret: SecretStr = SecretStr("")
    slack_api_url: str = SLACK_API
    database_url: SecretStr = SecretStr("")  # empty: SQLite in the data folder
    port: int = Field(3000, ge=0, le=65535)
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


def data_folder(home: Path | None = None) -> Path:
    """Where the embedded database lives unless told otherwise."""
    return (home or Path.home()) / ".local" / "share" / "ajar"


def load_settings(**given: object) -> Settings:
    """Read the environment. Raises ConfigurationError naming the first variable that is wrong."""
    try:
        settings = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "the environment"
        raise ConfigurationError(f"{name}: {first['msg']}. Set it to a valid value, or remove it.") from None
    _check_address("SLACK_API_URL", settings.slack_api_url, "https://slack.com/api/")
    if settings.ajar_log_level.upper() not in LEVELS:
        raise ConfigurationError(f"AJAR_LOG_LEVEL is no level. Set it to one of {', '.join(LEVELS)}.")
    if 0 < len(settings.ajar_metrics_token.get_secret_value()) < SHORTEST_KEY:
        raise ConfigurationError(
            f"AJAR_METRICS_TOKEN has fewer than {SHORTEST_KEY} characters. {MAKE_KEY} prints a good one."
        )
    if settings.ajar_public_url:
        _check_address("AJAR_PUBLIC_URL", settings.ajar_public_url, "https://ajar.example.org")
    _check_support(settings.ajar_support)
    return settings


def _check_address(name: str, value: str, example: str) -> None:
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise ConfigurationError(f"{name} is not an address. Set it to something like {example}")


def _check_support(value: str) -> None:
    """An email address or a web address; it ends up in a link, so nothing else will do."""
    if value and not EMAIL.fullmatch(value):
        if not value.startswith(("http://", "https://")):
            raise ConfigurationError(
                "AJAR_SUPPORT is neither an email address nor a web address. "
                "Set it to something like help@example.org or https://example.org/help"
            )
        _check_address("AJAR_SUPPORT", value, "https://example.org/help")


def secret_keys(settings: Settings) -> tuple[str, ...]:
    """The keys of AJAR_SECRET_KEY, in their order; none when it is not set. Raises ConfigurationError."""
    keys = tuple(re.split(r"[,\s]+", settings.ajar_secret_key.get_secret_value().strip(", \t\r\n")))
    if keys == ("",):
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
    }
    bot, app = secrets["SLACK_BOT_TOKEN"], secrets["SLACK_APP_TOKEN"]
    if is_distributed(settings):
        _check_for_oauth(settings, bot)
    elif not bot.startswith("xoxb-"):
        state = "is not a bot token" if bot else "is not set"
        raise ConfigurationError(
            f"SLACK_BOT_TOKEN {state}. Copy the one that starts with xoxb- under OAuth & Permissions."
        )
    if app and not app.startswith("xapp-"):
        raise ConfigurationError(
            "SLACK_APP_TOKEN is not an app-level token. Copy the one that starts with xapp- "
            "from Basic Information, or remove it to use HTTP."
        )
    if not app and not secrets["SLACK_SIGNING_SECRET"]:
        raise ConfigurationError(
            "SLACK_SIGNING_SECRET is not set. Copy it from Basic Information for HTTP, "
            "or set SLACK_APP_TOKEN (xapp-…) for Socket Mode."
        )


def _check_for_oauth(settings: Settings, bot_token: str) -> None:
    if bot_token:
        raise ConfigurationError(
            "SLACK_BOT_TOKEN is for one workspace, and SLACK_CLIENT_ID for many. Remove one of the two."
        )
    if not settings.slack_client_secret.get_secret_value():
        raise ConfigurationError(
            "SLACK_CLIENT_SECRET is not set. Copy it from Basic Information, beside the client id."
        )
    if not settings.ajar_public_url:
        raise ConfigurationError(
            "AJAR_PUBLIC_URL is not set. Installing by OAuth needs the address that Slack sends people "
            "back to, such as https://ajar.example.org"
        )
