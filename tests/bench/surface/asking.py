"""The requests that are measured, as Slack would send them."""

import json

from tests.bench.surface.load import TEAM, command, interaction

OFFER_FIELDS = ("company", "role", "contact_name", "contact_phone")


def decline(number: int) -> bytes:
    """`/decline`."""
    return command(number)


def mistaken_step(_: int) -> bytes:
    """The first page without a role: validation, and nothing to write."""
    values = {
        name: {"answer": {"type": "plain_text_input", "value": "Acme" if name == "company" else None}}
        for name in OFFER_FIELDS
    }
    view = {
        "id": "V1",
        "hash": "1.a",
        "type": "modal",
        "callback_id": "interview_submit",
        "private_metadata": json.dumps({"about": "ab" * 12, "step": "offer", "place": "", "locale": "en-US"}),
        "state": {"values": values},
    }
    return interaction({"type": "view_submission", "view": view})


def empty_step(_: int) -> bytes:
    """A submission for the bare program."""
    return interaction(
        {"type": "view_submission", "view": {"id": "V1", "type": "modal", "callback_id": "offer"}}
    )


def home(user: str) -> bytes:
    """app_home_opened."""
    return json.dumps(
        {
            "token": "t",
            "team_id": TEAM,
            "api_app_id": "A0BENCH001",
            "event": {"type": "app_home_opened", "user": user, "channel": "D0BENCH001", "tab": "home"},
            "type": "event_callback",
            "event_id": "Ev0BENCH",
            "event_time": 1700000000,
            "authorizations": [{"team_id": TEAM, "user_id": "U0AJARBOT1", "is_bot": True}],
        }
    ).encode()
