"""Slack as the courier sees it: post a letter, look for one, ask who a person is."""

import asyncio
from collections.abc import Awaitable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.coaching.case import Person
from bot.flows.installs import NotInstalledError, tenant_of
from bot.flows.ports import Clock, Leaf, Letter, Post, Profile, SendFailedError, Sent, StoreUnavailableError
from bot.slack.clients import ClientOf, code_of
from bot.slack.ids import METADATA_TYPE
from bot.slack.views.letters import message

T = TypeVar("T")

PROFILE_KEPT_FOR = timedelta(hours=1)
MOST_PROFILES = 10_000
PROFILE_SECONDS = 1.0  # it shares the three seconds of a trigger
SEARCHED_BEFORE_DUE = timedelta(days=1)
MOST_PAGES = 5
PAGE = 100

# Errors after which the same message to the same person will never arrive.
FINAL = frozenset(
    {
        "user_disabled", "user_not_found", "channel_not_found", "is_archived", "cannot_dm_bot",
        "invalid_blocks", "invalid_blocks_format", "msg_too_long", "no_text", "no_permission",
        "restricted_action", "not_in_channel", "user_is_bot",
    }
)  # fmt: skip
# Errors of the installation: every message in this workspace would fail alike, until somebody mends it.
EVERYWHERE = frozenset(
    {
        "account_inactive", "token_revoked", "token_expired", "invalid_auth", "not_authed",
        "not_allowed_token_type", "org_login_required", "missing_scope", "ekm_access_denied",
        "messages_tab_disabled", "team_access_not_granted", "access_denied", "team_not_found",
        "two_factor_setup_required", "accesslimited",
    }
)  # fmt: skip
PASSING = frozenset(
    {
        "internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org",
        "http_200",  # and a page that is no answer
    }
)  # fmt: skip
LET_BE = frozenset({"message_not_found", "cant_delete_message"})  # gone already, or another app's
USUAL_RETRY_AFTER = 30.0  # seconds, when a 429 does not say


class SlackMessenger:
    """The Messenger port over Slack's Web API, as each person's workspace has it; no client sends twice."""

    def __init__(self, client_of: ClientOf, clock: Clock) -> None:
        self._client_of = client_of
        self._clock = clock
        self._profiles: dict[Person, tuple[datetime, Profile]] = {}

    async def send(self, post: Post, letter: Letter) -> Sent:
        """Post into the DM; the row's id goes along as metadata and nothing else does."""
        client = await self._client(post.person)
        said = {
            "channel": post.person.user_id,
            "metadata": {"event_type": METADATA_TYPE, "event_payload": {"id": post.id}},
            "unfurl_links": False,
            "unfurl_media": False,
            **message(letter),
        }
        # Not chat_postMessage, which looks through the blocks for classes of its own, call by call.
        answer = await _asked("chat.postMessage", client.api_call("chat.postMessage", json=said))
        return Sent(str(answer["channel"]), str(answer["ts"]))

    async def find(self, post: Post) -> Sent | None:
        """Look through the DM since a day before the row was due at first."""
        client = await self._client(post.person)
        channel = await _dm(client, post.person)
        oldest = (post.first_due_at - SEARCHED_BEFORE_DUE).timestamp()
        cursor = ""
        for _ in range(MOST_PAGES):
            page = await _asked(
                "conversations.history",
                client.conversations_history(
                    channel=channel,
                    include_all_metadata=True,
                    oldest=f"{oldest:.6f}",
                    limit=PAGE,
                    cursor=cursor or None,
                ),
            )
            for item in page["messages"]:
                if _post_id(item) == post.id:
                    return Sent(channel, str(item["ts"]))
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return None
        raise SendFailedError("history_too_long", is_final=True)

    async def written(self, person: Person, before: str) -> Leaf:
        """Nobody but the two writes here; another app writes at most in the person's name."""
        client = await self._client(person)
        channel = await _dm(client, person)
        page = await _asked(
            "conversations.history",
            client.conversations_history(channel=channel, latest=before, limit=PAGE),
        )
        items = page["messages"]
        ours = (item for item in items if item.get("bot_id") and item.get("user") != person.user_id)
        older = str(items[-1]["ts"]) if items and page.get("has_more") else ""
        return Leaf(tuple(Sent(channel, str(item["ts"])) for item in ours), older)

    async def delete(self, person: Person, sent: Sent) -> None:
        """A second try finds nothing, so a lost answer does no harm."""
        client = await self._client(person)
        try:
            await _asked("chat.delete", client.chat_delete(channel=sent.channel, ts=sent.ts))
        except SendFailedError as failure:
            if failure.code not in LET_BE:
                raise

    async def _client(self, person: Person) -> AsyncWebClient:
        try:
            return await _asked("", self._client_of(tenant_of(person)))
        except NotInstalledError:
            raise SendFailedError("not_installed", is_everywhere=True) from None
        except SendFailedError as failure:  # nothing was sent yet: the token could not be renewed
            raise SendFailedError("token_not_renewed", retry_after=failure.retry_after) from None

    def forget(self, person: Person) -> None:
        """Drop what Slack said of this person from memory."""
        self._profiles.pop(person, None)

    async def profile(self, person: Person) -> Profile:
        """Asked once an hour; when Slack does not answer, the last known or the defaults."""
        now = self._clock.now()
        known = self._profiles.get(person)
        if known and abs(now - known[0]) < PROFILE_KEPT_FOR:
            return known[1]
        try:
            async with asyncio.timeout(PROFILE_SECONDS):
                client = await self._client(person)
                asked = client.users_info(user=person.user_id, include_locale=True)
                answer = await _asked("users.info", asked)
        except (SendFailedError, StoreUnavailableError, TimeoutError):
            return known[1] if known else Profile(is_guess=True)
        if len(self._profiles) >= MOST_PROFILES:
            self._profiles.clear()
        profile = _profile(answer["user"])
        self._profiles[person] = (now, profile)
        return profile


def _profile(user: Mapping[str, Any]) -> Profile:
    name = (user.get("profile") or {}).get("real_name") or user.get("real_name") or ""
    return Profile(name, user.get("tz") or "UTC", user.get("locale") or "en-US")


def _post_id(item: Mapping[str, Any]) -> str:
    held = item.get("metadata") or {}
    return (
        str((held.get("event_payload") or {}).get("id", ""))
        if held.get("event_type") == METADATA_TYPE
        else ""
    )


async def _dm(client: AsyncWebClient, person: Person) -> str:
    opened = await _asked("conversations.open", client.conversations_open(users=person.user_id))
    return str(opened["channel"]["id"])


async def _asked(method: str, call: Awaitable[T]) -> T:
    """One call of the Web API, its failures as SendFailedError."""
    try:
        return await call
    except SlackApiError as refused:
        raise _failure(refused, method) from None  # the cause may quote the message
    except aiohttp.ClientConnectorError:
        raise SendFailedError("unreachable", method=method) from None
    except (aiohttp.ClientError, TimeoutError, ConnectionError, ValueError):
        raise SendFailedError("connection_lost", may_be_sent=True, method=method) from None


def _failure(refused: SlackApiError, method: str) -> SendFailedError:
    response: Any = refused.response
    status = getattr(response, "status_code", 0)
    if status == 429:
        wait = timedelta(seconds=_retry_after(getattr(response, "headers", None) or {}))
        return SendFailedError("ratelimited", retry_after=wait, method=method)
    code = code_of(refused)
    if status >= 500 or code in PASSING:
        return SendFailedError(code, may_be_sent=True, method=method)
    is_about_lookup = code == "missing_scope" and method != "chat.postMessage"
    is_everywhere = code in EVERYWHERE and not is_about_lookup
    return SendFailedError(code, is_final=code in FINAL, is_everywhere=is_everywhere, method=method)


def _retry_after(headers: Mapping[str, Any]) -> float:
    held = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    try:
        return max(float(held or USUAL_RETRY_AFTER), 1.0)
    except ValueError:
        return USUAL_RETRY_AFTER
