"""Pages for people: a heading, a sentence and perhaps a button; nothing on them is fetched or run."""

import html

from starlette.responses import HTMLResponse, Response

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
<body><h1>{title}</h1><p>{text}</p>{more}</body></html>
"""


def page(lang: str, title: str, text: str, more: str = "", status: int = 200) -> Response:
    """One page; `more` is HTML already, everything else is escaped here."""
    words = {"lang": html.escape(lang), "title": html.escape(title), "text": html.escape(text)}
    return HTMLResponse(PAGE.format(**words, more=more), status, headers=HEADERS)
