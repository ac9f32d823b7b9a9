"""The address that a calendar program asks every few hours."""

import hashlib
import re

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.calendar_file import calendar_of
from bot.flows.calendar import Calendar

SECRET = re.compile(r"[\w-]{43}", re.ASCII)  # anything else is turned away before the database is asked
HEADERS = {
    "cache-control": "private, max-age=3600",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
    "content-disposition": 'inline; filename="ajar.ics"',
}


def calendar_routes(calendar: Calendar) -> list[Route]:
    """One route; what has not changed is not sent again."""

    async def give(request: Request) -> Response:
        secret = request.path_params["secret"]
        feed = await calendar.feed(secret) if SECRET.fullmatch(secret) else None
        if feed is None:
            return PlainTextResponse("There is no such calendar.", 404)
        content = calendar_of(feed.entries, feed.saying)
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        headers = HEADERS | {"etag": tag}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type="text/calendar", headers=headers)

    return [Route("/calendar/{secret}.ics", give, methods=["GET"])]
