"""The page behind an export link: looking at it changes nothing, the button gives the file once."""

import html

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.flows.privacy import Privacy
from bot.flows.visitor import Saying
from bot.pages import HEADERS, page
from bot.signing import Signer


def export_routes(privacy: Privacy, signer: Signer) -> list[Route]:
    """A GET that previews and scanners may follow, and the POST that uses the link up."""

    async def show(request: Request) -> Response:
        secret = signer.opened(request.path_params["token"])
        person = await privacy.owner(secret, is_used=False) if secret else None
        if person is None:
            return _gone(privacy)
        saying = await privacy.desk.saying(person)
        button = html.escape(saying.say("privacy.page.button"))
        return _page(saying, "text", f'<form method="post"><button>{button}</button></form>')

    async def give(request: Request) -> Response:
        secret = signer.opened(request.path_params["token"])
        person = await privacy.owner(secret, is_used=True) if secret else None
        if person is None:
            return _gone(privacy)
        named = {"content-disposition": 'attachment; filename="ajar-export.zip"'}
        content = await privacy.archive(person)
        return Response(content, media_type="application/zip", headers=HEADERS | named)

    path = "/export/{token}"
    return [Route(path, show, methods=["GET"]), Route(path, give, methods=["POST"])]


def _page(saying: Saying, key: str, form: str) -> Response:
    words = {name: saying.say(f"privacy.page.{name}") for name in ("title", key)}
    return page(saying.visitor.locale, words["title"], words[key], form)


def _gone(privacy: Privacy) -> Response:
    title, text = (privacy.desk.wording.text(f"privacy.page.{name}", "en") for name in ("title", "gone"))
    return page("en", title, text, status=404)
