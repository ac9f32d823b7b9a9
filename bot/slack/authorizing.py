"""Under which token a request is answered, where Ajar is in many workspaces."""

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext

from bot.flows.installs import NotInstalledError, Tenant
from bot.slack.tokens import Tokens


class Authorizing(AsyncAuthorize):
    """Bolt's hook; it asks Slack nothing, and the database seldom."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,  # noqa: ARG002  Bolt's form
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_: str | None,
    ) -> AuthorizeResult | None:
        """None where Ajar isn't installed."""
        try:
            install = await self._tokens.install(Tenant(team_id or "", enterprise_id))
        except NotInstalledError:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=install.token,
            bot_id=install.bot_id,
            bot_user_id=install.bot_user_id,
            user_id=user_id,
        )
