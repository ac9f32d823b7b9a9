"""Every setting as a volunteer in a hurry gets it wrong: one line that names it and says what to do."""

import socket
from pathlib import Path

import pytest

from bot.serving import bind
from bot.settings import (
    PLACES,
    ConfigurationError,
    Settings,
    check_for_serving,
    is_loopback,
    load_settings,
    secret_keys,
    unknown_settings,
    wrong_with_address,
    wrong_with_own_address,
)

SIGNING = "0123456789abcdef" * 2
ONE = {"slack_bot_token": "xoxb-abc", "slack_signing_secret": SIGNING}
MANY = {
    "slack_client_id": "1.2",
    "slack_client_secret": "s",
    "slack_signing_secret": SIGNING,
    "ajar_public_url": "https://ajar.example.org",
}
OWN = "https://ajar.example.org"


def refusal(**given: object) -> str:
    """What is said of these settings when they are to serve."""
    with pytest.raises(ConfigurationError) as refused:
        check_for_serving(load_settings(**given))
    said = str(refused.value)
    assert "\n" not in said
    assert ".." not in said.replace("...", "")
    return said


CLUMSY = [
    ({"slack_bot_token": "xoxb-…"}, "SLACK_BOT_TOKEN is still the placeholder"),
    ({"slack_bot_token": "xoxb-..."}, "SLACK_BOT_TOKEN is still the placeholder"),
    ({"slack_bot_token": "<xoxb-token>"}, "SLACK_BOT_TOKEN is still the placeholder"),
    ({"slack_bot_token": '"xoxb-1"'}, "SLACK_BOT_TOKEN has quotation marks around it"),
    ({"slack_bot_token": "xoxb-1 xoxb-2"}, "SLACK_BOT_TOKEN has a space"),
    ({"slack_bot_token": "xoxb-1\u200b2"}, "SLACK_BOT_TOKEN has a space or another odd character"),
    ({"slack_bot_token": "xapp-1"}, "is for SLACK_APP_TOKEN"),
    ({"slack_bot_token": "xoxp-1"}, "but a person's own token"),
    ({"slack_bot_token": "xoxe.xoxb-abc"}, "SLACK_BOT_TOKEN ends after twelve hours"),
    ({"slack_bot_token": "   "}, "SLACK_BOT_TOKEN is not set"),
    ({"slack_app_token": "xoxb-1"}, "is for SLACK_BOT_TOKEN"),
    ({"slack_app_token": "xapp-…"}, "SLACK_APP_TOKEN is still the placeholder"),
    ({"slack_signing_secret": "…"}, "SLACK_SIGNING_SECRET is still the placeholder"),
    ({"slack_signing_secret": "xoxb-1"}, "SLACK_SIGNING_SECRET is not a signing secret, but a bot token"),
    ({"slack_signing_secret": "s"}, "SLACK_SIGNING_SECRET is too short: Slack's has 32"),
    ({"slack_signing_secret": " "}, "SLACK_SIGNING_SECRET is not set"),
    ({"slack_bot_token": "", "slack_client_secret": "s"}, "SLACK_CLIENT_ID is not set"),
    ({"slack_api_url": "slack.com/api"}, "SLACK_API_URL is not an address"),
    ({"slack_api_url": "https://slack.com/api/?x=1"}, "SLACK_API_URL has a ? or #"),
    ({"port": "abc"}, "PORT is not a number from 1 to 65535. Set it to one, such as 3000"),
    ({"port": "0"}, "PORT is not a number from 1 to 65535"),
    ({"port": "99999"}, "PORT is not a number from 1 to 65535"),
    ({"port": "3000 # the proxy's"}, "PORT is not a number"),
    ({"ajar_metrics_port": "3000"}, "AJAR_METRICS_PORT is the same as PORT"),
    ({"ajar_metrics_port": "0"}, "AJAR_METRICS_PORT is not a number from 1 to 65535"),
    ({"ajar_retention_days": "a year"}, "AJAR_RETENTION_DAYS is not a number of days from 30 to 36500"),
    ({"ajar_retention_days": "7"}, "AJAR_RETENTION_DAYS is not a number of days from 30 to 36500"),
    ({"ajar_log_level": "loud"}, "AJAR_LOG_LEVEL is no level"),
    ({"ajar_metrics_token": f"'{SIGNING}'"}, "AJAR_METRICS_TOKEN has quotation marks around it"),
    ({"ajar_metrics_token": "short"}, "AJAR_METRICS_TOKEN has fewer than 16"),
    ({"ajar_metrics_token": "é" * 20}, "AJAR_METRICS_TOKEN has a space, an accent or another odd character"),
    (
        {"ajar_clock_file": "/nope"},
        "AJAR_CLOCK_FILE: there is no number of seconds in /nope. It is for tests",
    ),
    ({"ajar_clock_file": __file__}, "AJAR_CLOCK_FILE: there is no number of seconds in"),
    ({"ajar_public_url": "ajar.example.org"}, "AJAR_PUBLIC_URL is not an address"),
    ({"ajar_public_url": "https://"}, "AJAR_PUBLIC_URL is not an address"),
    ({"ajar_public_url": f"{OWN}/?a=1"}, "AJAR_PUBLIC_URL has a ? or #"),
    ({"ajar_public_url": f"{OWN}/#x"}, "AJAR_PUBLIC_URL has a ? or #"),
    ({"ajar_public_url": f"{OWN}/slack/events/"}, "AJAR_PUBLIC_URL ends with /slack/events"),
    ({"ajar_public_url": f"{OWN}/ajar"}, "AJAR_PUBLIC_URL has a path in it"),
    ({"ajar_public_url": "https://me:@ajar.example.org"}, "AJAR_PUBLIC_URL has a user or password"),
    ({"ajar_support": "ask Ann"}, "AJAR_SUPPORT is neither"),
    ({"ajar_data": "~nobody-of-this-name/ajar"}, "AJAR_DATA: nobody's home"),
    ({**MANY, "slack_bot_token": "", "ajar_public_url": "http://ajar.example.org"}, "begins with http://"),
    ({**MANY, "slack_bot_token": "", "slack_client_secret": ""}, "SLACK_CLIENT_SECRET is not set"),
    ({**MANY, "slack_bot_token": "", "ajar_public_url": ""}, "AJAR_PUBLIC_URL is not set"),
]


@pytest.mark.parametrize(("given", "said"), CLUMSY, ids=[said for _, said in CLUMSY])
def test_each_setting_is_named_with_what_to_do(given: dict[str, object], said: str) -> None:
    assert said in refusal(**{**ONE, **given})


def test_every_setting_is_got_wrong_by_somebody_above() -> None:
    tried = {name for given, _ in CLUMSY for name in given}
    elsewhere = {"database_url", "ajar_secret_key", "ajar_host", "ajar_templates"}  # tests of their own
    assert set(Settings.model_fields) == tried | elsewhere


def test_space_around_a_value_is_not_part_of_it() -> None:
    settings = load_settings(
        slack_bot_token=" xoxb-1 \n", slack_signing_secret=f"\t{SIGNING} ", port=" 3001 ", ajar_host=" [::1] "
    )
    check_for_serving(settings)
    assert settings.slack_bot_token.get_secret_value() == "xoxb-1"
    assert settings.slack_signing_secret.get_secret_value() == SIGNING
    assert (settings.port, settings.ajar_host) == (3001, "::1")
    assert load_settings(ajar_metrics_port=" ").ajar_metrics_port is None


def test_a_key_keeps_its_marks_since_something_may_be_sealed_with_it() -> None:
    assert secret_keys(load_settings(ajar_secret_key=" '0123456789abcdef' \n")) == ("'0123456789abcdef'",)


@pytest.mark.parametrize("given", [",,", ", ,"])
def test_commas_alone_are_no_key_and_are_not_taken_for_none(given: str) -> None:
    with pytest.raises(ConfigurationError, match="AJAR_SECRET_KEY: key 1 of 1 has fewer than 16"):
        secret_keys(load_settings(ajar_secret_key=given))
    assert secret_keys(load_settings(ajar_secret_key=" ")) == ()


def test_home_is_where_it_is_in_a_file_of_settings_too() -> None:
    settings = load_settings(ajar_data="~/ajar", ajar_templates="~/words")
    assert settings.ajar_data == Path.home() / "ajar"
    assert settings.ajar_templates == Path.home() / "words"


def test_a_mistake_never_quotes_what_was_given() -> None:
    for name in ("port", "ajar_metrics_port", "ajar_retention_days"):
        assert "hunter2" not in refusal(**ONE, **{name: "hunter2"})
    for name in ("slack_bot_token", "slack_app_token", "slack_signing_secret"):
        assert "hunter2" not in refusal(**{**ONE, name: "xoxp-hunter2 …"})


def test_a_variable_of_ours_that_there_is_not_is_named_with_the_one_that_was_meant() -> None:
    lines = unknown_settings(["AJAR_TEMPLATE", "AJAR_DATA", "AJAR_COLOUR", "PATH", "SLACK_BOT_TOKEN"])
    assert lines == (
        "AJAR_COLOUR is no setting of Ajar's and does nothing. Remove it, or look at the README's table.",
        "AJAR_TEMPLATE is no setting of Ajar's and does nothing. Did you mean AJAR_TEMPLATES?",
    )


@pytest.mark.parametrize("mark", ["'", '"'])
def test_a_path_or_an_address_in_quotation_marks_is_named(mark: str) -> None:
    quoted = {"database_url": "sqlite:////x/ajar.db", "slack_api_url": f"{OWN}/api/",
              "ajar_data": "/var/lib/ajar", "ajar_host": "127.0.0.1", "ajar_public_url": OWN,
              "ajar_support": "help@example.org", "ajar_templates": "/words",
              "ajar_clock_file": "/clock.txt"}  # fmt: skip
    assert set(quoted) == set(PLACES)
    for name, value in quoted.items():
        said = f"{name.upper()} has quotation marks around it. Remove them."
        assert refusal(**{**ONE, name: f"{mark}{value}{mark}"}) == said


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        (OWN, ""),
        (f"{OWN}/behind/a/proxy", ""),
        ("http://127.0.0.1:3000", ""),
        ("https://", "is not an address"),
        ("https:///x", "is not an address"),
        ("ftp://ajar.example.org", "is not an address"),
        ("https://ajar.example.org:99999", "is not an address"),
        ("https://ajar example.org", "is not an address"),
        ("https://your…address", "is not an address"),
        ("https://[::1", "is not an address"),
        (f"{OWN}?", "has a ? or #"),
        (f"{OWN}#", "has a ? or #"),
        ("https://a@ajar.example.org", "has a user or password"),
    ],
)
def test_an_address_that_things_are_added_to_is_a_bare_one(url: str, wrong: str) -> None:
    assert wrong_with_address(url).startswith(wrong)
    assert bool(wrong_with_address(url)) == bool(wrong)


def test_the_address_of_this_server_stands_at_the_top_of_a_name() -> None:
    for url in (OWN, f"{OWN}/", "http://127.0.0.1:3000"):
        assert wrong_with_own_address(url) == ""
    assert wrong_with_own_address(f"{OWN}/ajar").startswith("has a path in it")
    assert wrong_with_own_address("https://").startswith("is not an address")


def test_this_machine_itself_is_known_by_its_names() -> None:
    for url in ("http://localhost:3000", "http://127.0.0.1", "http://127.8.8.8/x", "http://[::1]:3000"):
        assert is_loopback(url)
    for url in (
        "http://ajar.example.org",
        "http://10.0.0.1",
        "http://localhost.example.org",
        "http://0.0.0.0",
    ):
        assert not is_loopback(url)


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "no-such-host.invalid", "http://0.0.0.0", "0.0.0.0:3000", "::x"]
)
def test_a_wrong_host_is_not_blamed_on_the_port(host: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        bind(host, 0)
    assert str(refused.value).startswith(f"AJAR_HOST: {host} is no address of this machine")


def test_a_port_that_is_taken_is_blamed_on_its_own_setting() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"^AJAR_METRICS_PORT: 127.0.0.1:{port} can't be used"):
            bind("127.0.0.1", port, "AJAR_METRICS_PORT")


def test_every_address_of_this_machine_can_be_listened_on() -> None:
    for host in ("127.0.0.1", "localhost", "0.0.0.0"):  # noqa: S104  to see that it can
        with bind(host, 0) as bound:
            assert bound.family == socket.AF_INET
            assert bound.getsockname()[1] > 0
