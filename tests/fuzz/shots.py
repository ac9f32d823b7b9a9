"""What is sent: every command, shortcut, view, button, event and address there is, well-formed and broken."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from hypothesis import strategies as st

from bot.flows.acts import Act
from bot.slack.ids import COMMAND, FIELD_ACTION, ShortcutId, ViewId
from bot.slack.listeners.commands import WORDS
from tests.fuzz.ground import MARK, ROBIN, TEAM
from tests.fuzz.parts import FULL_OFFER, FULL_PLAN, ids, junk, lines, mentioned, metadata, state, words

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True)
class Shot:
    """One request: to Slack's address, signed, or to any other."""

    kind: str  # form, payload, event, raw, or an HTTP method
    body: Any
    path: str = ""
    is_signed: bool = True

    def as_json(self) -> str:
        """For the file of seeds."""
        return json.dumps(
            {"kind": self.kind, "body": self.body, "path": self.path, "is_signed": self.is_signed}
        )

    def encoded(self, ids: dict[str, str]) -> tuple[bytes, str]:
        """The bytes and their kind, with the names of ids filled in."""
        filled = _filled(self.body, ids)
        if self.kind == "form":
            return urlencode({k: _text(v) for k, v in filled.items()}).encode("utf-8", "replace"), FORM
        if self.kind == "payload":
            return urlencode({"payload": json.dumps(filled)}).encode(), FORM
        if self.kind == "event":
            return json.dumps(filled).encode(), JSON
        return str(filled).encode("utf-8", "replace"), (FORM if len(str(filled)) % 2 else JSON)


def _text(value: Any) -> str:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else str(value)


def _filled(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, str):
        for name, found in ids.items():
            value = value.replace(f"@{name}@", found)
        return value
    if isinstance(value, dict):
        return {key: _filled(item, ids) for key, item in value.items()}
    return [_filled(item, ids) for item in value] if isinstance(value, list) else value


team = st.sampled_from([{"id": TEAM, "domain": "local"}] * 6 + [None])


@st.composite
def interactions(draw: Any, kind: str) -> dict[str, Any]:
    """What they share; the person is always Robin."""
    return {
        "type": kind,
        "team": draw(team),
        "user": {"id": ROBIN.user_id, "name": "robin", "team_id": TEAM},
        "api_app_id": "A0AJARLOCAL",
        "token": "x",
        "trigger_id": draw(st.sampled_from(["@trigger@"] * 5 + ["1.2.3", ""])),
        "enterprise": None,
        "is_enterprise_install": False,
    }


@st.composite
def submissions(draw: Any) -> Shot:
    body = draw(interactions("view_submission"))
    held = draw(st.one_of(state, st.sampled_from([FULL_OFFER, FULL_PLAN, {}])))
    body["view"] = {
        "id": draw(st.sampled_from(["V1", "V2", ""])),
        "type": "modal",
        "callback_id": draw(st.sampled_from([*ViewId, ViewId.STEP, ViewId.STEP, "gone"])),
        "private_metadata": draw(metadata),
        "hash": "1.x",
        "state": {"values": held},
    }
    return Shot("payload", body)


@st.composite
def actions(draw: Any) -> Shot:
    body = draw(interactions("block_actions"))
    act = draw(st.sampled_from([*Act, "gone"]))
    value = draw(
        st.one_of(
            st.builds(lambda name, mark: f"{name}{mark}", ids, st.sampled_from(["", ":1", ":x:y:1"])), words
        )
    )
    body["actions"] = [{"type": "button", "action_id": act, "block_id": "b", "value": value}]
    place = draw(st.sampled_from(["message", "view", "none"]))
    if place == "message":
        channel = draw(mentioned)
        body["container"] = {"type": "message", "channel_id": channel, "message_ts": "1.000001"}
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}]
        body["message"] = draw(st.sampled_from([{"ts": "1.000001", "text": "x", "blocks": blocks}, {}, None]))
    elif place == "view":
        body["container"] = {"type": "view", "view_id": "V1"}
        body["view"] = {
            "id": "V1",
            "type": draw(st.sampled_from(["modal", "home"])),
            "hash": "x",
            "private_metadata": draw(metadata),
        }
    return Shot("payload", body)


@st.composite
def commands(draw: Any) -> Shot:
    text = draw(st.one_of(words, st.sampled_from([*WORDS, "setings", "Acme", "halp"])))
    body = {
        "command": draw(st.sampled_from([COMMAND] * 5 + ["/other"])),
        "text": text,
        "user_id": ROBIN.user_id,
        "team_id": TEAM,
        "channel_id": "D0ROBIN001",
        "trigger_id": draw(st.sampled_from(["@trigger@"] * 5 + ["x"])),
    }
    return Shot("form", body)


@st.composite
def shortcuts(draw: Any) -> Shot:
    body = draw(
        interactions(draw(st.sampled_from(["shortcut", "message_action", "view_closed", "block_suggestion"])))
    )
    body["callback_id"] = draw(st.sampled_from([*ShortcutId, "gone"]))
    body["message"] = {"text": draw(words), "ts": "1.1"}
    body["view"] = {"id": "V1", "callback_id": "x"}
    return Shot("payload", body)


@st.composite
def events(draw: Any) -> Shot:
    event = draw(
        st.one_of(
            st.builds(
                lambda text, more: (
                    {
                        "type": "message",
                        "channel_type": "im",
                        "user": ROBIN.user_id,
                        "channel": "D0ROBIN001",
                        "text": text,
                        "ts": "1.1",
                    }
                    | more
                ),
                words,
                st.sampled_from(
                    [{}, {}, {"bot_id": "B1"}, {"subtype": "message_changed"}, {"channel_type": None}]
                ),
            ),
            st.builds(
                lambda tab: {"type": "app_home_opened", "user": ROBIN.user_id, "tab": tab},
                st.sampled_from(["home", "messages", None]),
            ),
            st.sampled_from([{"type": "gone"}, {"type": "app_mention", "text": MARK}, {"type": None}, {}]),
        )
    )
    return Shot("event", _envelope(draw, event, TEAM))


@st.composite
def departures(draw: Any) -> Shot:
    """Somebody else's workspace, or none: nobody here may feel it."""
    event = draw(
        st.sampled_from(
            [
                {"type": "app_uninstalled"},
                {"type": "tokens_revoked", "tokens": {"bot": ["B1"]}},
                {"type": "tokens_revoked", "tokens": None},
                {"type": "tokens_revoked"},
                {"type": "team_access_revoked", "team_ids": ["T0NOBODY01", "", None]},
                {"type": "team_access_revoked", "team_ids": None},
            ]
        )
    )
    shot = _envelope(draw, event, draw(st.sampled_from(["T0NOBODY01", "", None])))
    shot["event_time"] = draw(st.one_of(junk, st.integers(0, 2_000_000_000)))
    return Shot("event", shot)


def _envelope(draw: Any, event: dict[str, Any], team_id: str | None) -> dict[str, Any]:
    return {
        "type": "event_callback",
        "team_id": team_id,
        "api_app_id": "A0AJARLOCAL",
        "event": event,
        "event_id": f"Ev{draw(st.integers(0, 10**6))}",
        "event_time": 1_790_000_000,
        "authorizations": draw(st.sampled_from([[{"team_id": team_id, "is_bot": True}], [], None, [None]])),
    }


well_formed = st.one_of(
    submissions(), submissions(), actions(), actions(), commands(), shortcuts(), events(), departures()
)


@st.composite
def broken(draw: Any) -> Shot:
    """One part of a well-formed payload is gone, or is something else; who sent it stays."""
    shot = draw(well_formed)
    body = json.loads(json.dumps(shot.body))
    for _ in range(draw(st.integers(1, 3))):
        at: Any = body
        for _ in range(draw(st.integers(0, 5))):
            keys: list[Any] = list(at) if isinstance(at, dict) else []
            keys = list(range(len(at))) if isinstance(at, list) else keys
            keys = [key for key in keys if key not in {"user", "user_id", "team", "team_id", "team_ids"}]
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if not isinstance(at[key], dict | list) or not at[key] or draw(st.booleans()):
                at[key] = json.loads(json.dumps(draw(junk)))
                break
            at = at[key]
    return Shot(shot.kind, body)


PATHS = (
    "/slack/install",
    "/slack/oauth_redirect",
    "/healthz",
    "/readyz",
    "/slack/events",
    "/",
    "/metrics",
    "/export/x",
    "/export/",
    "/calendar/x.ics",
    "/calendar/.ics",
    "/calendar/../x.ics",
    "/support",
    "/privacy",
    "/feed/x.ics",
)
routes = st.builds(
    lambda method, path, tail, text: Shot(method, text, path + tail, is_signed=False),
    st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"]),
    st.sampled_from(PATHS),
    st.sampled_from(
        ["", "/", "?state=x&code=y", "?error=access_denied", "%00", "/../..", "?a=" + "b" * 3000, "-" * 50]
    ),
    words,
)
raw = st.builds(
    lambda text, is_signed: Shot("raw", text, is_signed=is_signed),
    st.one_of(
        words,
        st.sampled_from(
            [
                "payload=%7B",
                "payload=7",
                "payload=null",
                "payload=[]",
                "{}",
                "[]",
                "null",
                "7",
                '"x"',
                "=",
                "&&",
                '{"type": "url_verification"}',
                '{"type": "url_verification", "challenge": "x"}',
                "ssl_check=1&token=x",
                '{"type":"event_callback"}',
                '{"type": "event_callback", "event": null}',
                "command=%2Fdecline",
                "payload=%7B%22type%22%3A%22view_submission%22%7D",
                "payload=%7B%22type%22%3A%22block_actions%22%7D",
            ]
        ),
    ),
    st.booleans(),
)
shots = st.one_of(well_formed, well_formed, well_formed, broken(), broken(), raw, routes)


def _page(step: str, values: dict[str, Any]) -> Shot:
    about = json.dumps({"about": "@own_interview@", "step": step, "place": ""})
    view = {"id": "V1", "type": "modal", "callback_id": ViewId.STEP, "private_metadata": about, "hash": "1.x"}
    who = {"user": {"id": ROBIN.user_id, "team_id": TEAM}, "team": {"id": TEAM}, "trigger_id": "@trigger@"}
    return Shot("payload", {"type": "view_submission", **who, "view": {**view, "state": {"values": values}}})


def _typed(text: str) -> dict[str, Any]:
    return {FIELD_ACTION: {"type": "plain_text_input", "value": text}}


@st.composite
def stories(draw: Any) -> list[Shot]:
    """The whole interview with odd words, and some of what may follow: so that there is a case to aim at."""
    start = Shot(
        "form",
        {
            "command": COMMAND,
            "text": "",
            "user_id": ROBIN.user_id,
            "team_id": TEAM,
            "trigger_id": "@trigger@",
        },
    )
    offer = {
        **FULL_OFFER,
        "company": _typed(draw(lines)),
        "role": _typed(draw(lines)),
        "contact_name": _typed(draw(lines)),
    }
    plan = {**FULL_PLAN, "own_name": _typed(draw(lines)), "own_phone": _typed(draw(lines))}
    picked = {FIELD_ACTION: {"selected_options": [{"value": "compensation"}]}}
    reasons = {"raw_words": _typed(draw(words)), "picked": picked}
    own = {"own:compensation": _typed(draw(lines))}
    pages = [_page("offer", offer), _page("reasons", reasons), _page("wording", own), _page("plan", plan)]
    return [
        start,
        *pages,
        *draw(st.lists(st.one_of(on_own_case(), on_own_case(), actions(), submissions()), max_size=8)),
    ]


@st.composite
def on_own_case(draw: Any) -> Shot:
    shot = draw(actions())
    shot.body["actions"][0]["value"] = "@own_case@"
    shot.body["container"] = {"type": "message", "channel_id": "D0ROBIN001", "message_ts": "1.000001"}
    shot.body["message"] = {"ts": "1.000001", "text": "x", "blocks": []}
    return shot


one = shots.map(lambda shot: [shot])
volleys = st.lists(st.one_of(one, one, one, one, one, one, stories()), min_size=1, max_size=10).map(
    lambda parts: [shot for part in parts for shot in part]
)
