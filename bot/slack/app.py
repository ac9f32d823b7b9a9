"""The Bolt app: one listener for each kind of payload, however many ids there are behind it."""

import copy
import logging

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.flows.stories import Stories
from bot.slack.ids import COMMAND
from bot.slack.index import Index, Listener
from bot.slack.listeners.actions import Actions
from bot.slack.listeners.commands import Commands
from bot.slack.listeners.events import Events
from bot.slack.listeners.views import Views

log = structlog.get_logger(__name__)


class App(AsyncApp):
    """Bolt's app; a request gets a copy of our client, where Bolt builds one anew, and a logger with it."""

    def _init_context(self, req: AsyncBoltRequest) -> None:
        context = req.context
        context["logger"] = self.logger
        context["token"] = self.client.token
        context["client"] = copy.copy(self.client)  # whose token the authorization may replace
        context["listener_runner"] = self.listener_runner


def build_app(
    client: AsyncWebClient, signing_secret: str, stories: Stories, authorize: AsyncAuthorize | None = None
) -> AsyncApp:
    """The app with everything registered.

    With `process_before_response` the answer leaves when the listener is done, at once and not up to
    10 ms later, and an exception is not lost after the ack. What Bolt would do for functions, assistants and
    the SSL checks of old is left out.
    authorize: in many workspaces, whose token answers a request; None: the client's own.
    """
    app = App(
        logger=_quiet(),
        client=client,
        authorize=authorize,  # type: ignore[arg-type]  # Bolt takes its own kind as well
        user_facing_authorize_error_message=stories.desk.wording.text("errors.not_installed", "en"),
        signing_secret=signing_secret,
        process_before_response=True,
        raise_error_for_unhandled_request=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.error(failed)
    app.use(Index(listeners_of(stories), stories.moving.arrived))
    return app


def listeners_of(stories: Stories) -> dict[str, Listener]:
    """Each kind of payload with whom it is for."""
    commands, views, actions, events = Commands(stories), Views(stories), Actions(stories), Events(stories)
    return {
        COMMAND: commands.command,
        "shortcut": commands.shortcut,
        "message_action": commands.shortcut,
        "view_submission": views.submitted,
        "block_actions": actions.chosen,
        "event:app_home_opened": events.home_opened,
        "event:message": events.message,
        "event:app_uninstalled": events.uninstalled,
        "event:tokens_revoked": events.revoked,
        "event:team_access_revoked": events.access_revoked,
    }


def _quiet() -> logging.Logger:
    """Bolt finds SLACK_BOT_TOKEN in the environment by itself, and warns that it has no use for it.

    Its loggers take the root's level, whatever was set for them, unless one is handed in.
    """
    made = logging.getLogger("slack_bolt.ajar")
    made.setLevel(logging.ERROR)
    return made


async def failed(error: Exception) -> BoltResponse:
    """What no listener caught: Slack sends an event again after a 500; the log gets the kind alone."""
    log.error("request_failed", kind=type(error).__name__)
    return BoltResponse(status=500, body="")
