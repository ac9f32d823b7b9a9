"""The Bolt app: one listener for each kind of payload, however many ids there are behind it."""

import re

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.web.async_client import AsyncWebClient

from bot.flows.stories import Stories
from bot.slack.ids import COMMAND
from bot.slack.listeners.actions import Actions
from bot.slack.listeners.commands import Commands
from bot.slack.listeners.events import Events
from bot.slack.listeners.views import Views

ANY = re.compile(".*", re.DOTALL)


def build_app(
    client: AsyncWebClient, signing_secret: str, stories: Stories, authorize: AsyncAuthorize | None = None
) -> AsyncApp:
    """The app with everything registered.

    With `process_before_response` the answer leaves when the listener is done, at once and not up to
    10 ms later, and an exception is not lost after the ack.
    authorize: in many workspaces, whose token answers a request; None: the client's own.
    """
    app = AsyncApp(
        client=client,
        authorize=authorize,  # type: ignore[arg-type]  # Bolt takes its own kind as well
        user_facing_authorize_error_message=stories.desk.wording.text("errors.not_installed", "en"),
        signing_secret=signing_secret,
        process_before_response=True,
        raise_error_for_unhandled_request=False,
    )
    commands, views, actions, events = Commands(stories), Views(stories), Actions(stories), Events(stories)
    app.command(COMMAND)(commands.command)
    app.shortcut(ANY)(commands.shortcut)
    app.view_submission(ANY)(views.submitted)
    app.action(ANY)(actions.chosen)
    app.event("app_home_opened")(events.home_opened)
    app.event("message")(events.message)
    app.event("app_uninstalled")(events.uninstalled)
    app.event("tokens_revoked")(events.revoked)
    app.event("team_access_revoked")(events.access_revoked)
    return app
