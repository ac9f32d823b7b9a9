"""A browser that consents: real requests, cookies and redirects."""

import re
from html import unescape
from urllib.parse import urljoin

import aiohttp

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


class Browser:
    """One person's browser; every step answers with the status and the page."""

    def __init__(self) -> None:
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.at = ""

    async def __aenter__(self) -> "Browser":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def open(self, url: str) -> tuple[int, str]:
        """Go there, following redirects."""
        async with self._session.get(url) as answer:
            self.at = str(answer.url)
            return answer.status, await answer.text()

    async def consent(self, page: str, place: str, choice: str = "allow", **more: str) -> tuple[int, str]:
        """Press a button of the consent page."""
        fields = {name: unescape(value) for name, value in HIDDEN.findall(page)}
        form = {**fields, "place": place, "choice": choice, **more}
        url = urljoin(self.at, "/oauth/v2/authorize")
        async with self._session.post(url, data=form) as answer:
            self.at = str(answer.url)
            return answer.status, await answer.text()
