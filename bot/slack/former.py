"""The id that somebody had before their workspace joined an organisation: Slack alone knows it."""

import asyncio

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError

from bot.coaching.case import Person
from bot.flows.installs import NotInstalledError, tenant_of
from bot.slack.clients import ClientOf, code_of, is_passing

log = structlog.get_logger(__name__)

ASK_SECONDS = 1.0  # somebody waits for a window, which has three


class FormerIds:
    """The Registry port over migration.exchange.

    Slack asks no scope of its own for it, or one (tokens.basic) that is not worth asking everybody for; where
    it refuses, the person begins anew, and nothing is lost.
    """

    def __init__(self, client_of: ClientOf) -> None:
        self._client_of = client_of

    async def former_id(self, person: Person) -> str | None:
        """Empty where there was none; None while Slack does not say."""
        try:
            async with asyncio.timeout(ASK_SECONDS):
                client = await self._client_of(tenant_of(person))
                asked = {"users": person.user_id, "team_id": person.team_id}
                answer = await client.migration_exchange(**asked, to_old=True)
        except SlackApiError as refused:
            code = code_of(refused)
            log.warning("former_id_unknown", code=code)
            return None if is_passing(code) else ""
        except (aiohttp.ClientError, TimeoutError, NotInstalledError) as failure:
            log.warning("former_id_unknown", code=type(failure).__name__)
            return None
        known = answer.get("user_id_map") or {}
        former = str(known.get(person.user_id) or "")
        return "" if former == person.user_id else former
