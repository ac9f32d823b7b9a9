"""The pages for people: where help is, and what is kept of them; plain HTML, no script, no cookie."""

import html
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.flows.ports import Wording

SUPPORT, PRIVACY = "/support", "/privacy"
STYLE = (
    "body{font:1.05rem/1.6 system-ui,sans-serif;max-width:38rem;margin:3rem auto;padding:0 1rem;"
    "color-scheme:light dark}h1{line-height:1.2}h2{font-size:1.15rem;margin:2rem 0 .3rem}p{margin:.3rem 0}"
    "nav{margin-bottom:2rem}nav a{margin-right:1.2rem}a{padding:.4rem 0;display:inline-block}"
)
HEADERS = {
    "cache-control": "public, max-age=3600",
    "vary": "accept-language",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True)
class Pages:
    """What the pages say in this installation."""

    wording: Wording
    support: str  # an email address or a web address; empty: nobody is named
    retention_days: int | None
    locales: tuple[str, ...] = ("en",)

    def routes(self) -> list[Route]:
        """Both, open to everybody."""
        return [
            Route(SUPPORT, self._support, methods=["GET"]),
            Route(PRIVACY, self._privacy, methods=["GET"]),
        ]

    async def _support(self, request: Request) -> Response:
        locale = self._locale(request)
        key = "given" if self.support else "none"
        contact = self._say(f"support.contact.{key}", locale)
        link = f'<p><a href="{html.escape(_href(self.support))}">{html.escape(self.support)}</a></p>'
        heading = self._say("support.contact.heading", locale)
        return self._page("support", locale, f"{_section(heading, contact)}{link if self.support else ''}")

    async def _privacy(self, request: Request) -> Response:
        return self._page("privacy", self._locale(request), "")

    def _page(self, name: str, locale: str, last: str) -> Response:
        title = html.escape(self._say(f"{name}.title", locale))
        sections = "".join(
            _section(
                self._say(f"{name}.sections.{part}.heading", locale),
                self._say(f"{name}.sections.{part}.text", locale, days=self.retention_days),
            )
            for part in SECTIONS[name]
        )
        links = "".join(
            f'<a href="/{other}"{" aria-current=page" if other == name else ""}>'
            f"{html.escape(self._say(f'{other}.link', locale))}</a>"
            for other in SECTIONS
        )
        text = (
            f'<!doctype html><html lang="{html.escape(locale)}"><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
            f"<style>{STYLE}</style></head><body><nav>{links}</nav>"
            f"<main><h1>{title}</h1>{sections}{last}</main></body></html>\n"
        )
        return HTMLResponse(text, headers=HEADERS)

    def _locale(self, request: Request) -> str:
        """The first language asked for that there are words in; the page says truly which one it is in."""
        for item in request.headers.get("accept-language", "").split(","):
            asked = item.partition(";")[0].strip()
            for name in (asked, asked.partition("-")[0]):
                if name in self.locales:
                    return name
        return "en"

    def _say(self, key: str, locale: str, **facts: object) -> str:
        return self.wording.text(f"pages.{key}", locale, **facts)


SECTIONS = {
    "support": ("start", "stuck", "commands", "remove"),
    "privacy": ("raw", "kept", "why", "long", "who", "yours"),
}


def _section(heading: str, text: str) -> str:
    return f"<h2>{html.escape(heading)}</h2><p>{html.escape(text)}</p>"


def _href(support: str) -> str:
    return support if support.startswith(("http://", "https://")) else f"mailto:{quote(support, safe='@')}"
