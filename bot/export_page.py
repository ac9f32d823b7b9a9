"""The page behind an export link: looking at it changes nothing, the button gives the file once."""

import html

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.flows.privacy import Privacy
from bot.flows.visitor import Saying
from bot.signing import Signer

HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
    "content-security-policy": "default-src 'none'; form-action 'self'; style-src 'unsafe-inline'; "
    "base-uri 'none'; frame-ancestors 'none'",
}
PAGE = """<!doctype html>
<html lang="{lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>body{{font:1.1rem/1.5 system-ui;max-width:34rem;margin:4rem auto;padding:0 1rem;
color-scheme:light dark}}button{{font:inherit;padding:.6rem 1.2rem}}</style></head>
<body><h1>{title}</h1><p>{text}</p>{form}</body></html>
"""


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
    words = {name: html.escape(saying.say(f"privacy.page.{name}")) for name in ("title", key)}
    page = PAGE.format(
        lang=html.escape(saying.visitor.locale), title=words["title"], text=words[key], form=form
    )
    return HTMLResponse(page, headers=HEADERS)


def _gone(privacy: Privacy) -> Response:
    title, text = (privacy.desk.wording.text(f"privacy.page.{name}", "en") for name in ("title", "gone"))
    page = PAGE.format(lang="en", title=html.escape(title), text=html.escape(text), form="")
    return HTMLResponse(page, 404, headers=HEADERS)
