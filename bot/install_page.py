"""Installing by browser: off to Slack with a state that only this browser can bring back, and the answer."""

import html

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.coaching.case import Person
from bot.flows.installing import STATE_LIVES, Arrival, Arrived, Consented, Installing
from bot.flows.onboarding import Onboarding
from bot.flows.ports import StoreUnavailableError, Wording
from bot.pages import HEADERS, page

log = structlog.get_logger(__name__)

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
COOKIE = "ajar_install"
LOCALE = "en"  # nobody is known yet
STATUS = {Arrival.DONE: 200, Arrival.CANCELLED: 200, Arrival.UNREACHABLE: 502}


def install_routes(
    installing: Installing, onboarding: Onboarding, wording: Wording, public_url: str
) -> list[Route]:
    """Where it begins and where Slack sends people back to; our own address comes from the settings."""
    is_secure = public_url.startswith("https://")

    async def begin(_: Request) -> Response:
        try:
            address, browser = await installing.begin()
        except StoreUnavailableError:
            return _said(wording, "later", 503)
        answer = RedirectResponse(address, 302, headers=HEADERS)
        answer.set_cookie(
            COOKIE,
            browser,
            max_age=int(STATE_LIVES.total_seconds()),
            path="/slack",
            secure=is_secure,
            httponly=True,
            samesite="lax",
        )
        return answer

    async def finish(request: Request) -> Response:
        given = [request.query_params.get(name, "") for name in ("state", "code", "error")]
        state, code, error = given
        browser = request.cookies.get(COOKIE, "")
        try:
            arrived = await installing.finish(state, browser, code, error)
        except StoreUnavailableError:
            return _said(wording, "later", 503)
        if arrived.arrival is Arrival.DONE and arrived.consented:
            await _greet(onboarding, arrived.consented)
        answer = _arrived(wording, arrived)
        answer.delete_cookie(COOKIE, path="/slack", secure=is_secure, httponly=True, samesite="lax")
        return answer

    return [Route(INSTALL, begin, methods=["GET"]), Route(REDIRECT, finish, methods=["GET"])]


async def _greet(onboarding: Onboarding, consented: Consented) -> None:
    """In a workspace; an organisation as a whole has no conversation that one could write into."""
    tenant = consented.install.tenant
    if not (tenant.team_id and consented.installer_id):
        return
    try:
        await onboarding.installed(Person(tenant.team_id, consented.installer_id, tenant.enterprise_id))
    except StoreUnavailableError:
        log.info("installer_not_greeted", tenant=tenant.id)


def _arrived(wording: Wording, arrived: Arrived) -> Response:
    consented = arrived.consented
    facts = {"name": consented.name if consented else "", "missing": ", ".join(arrived.missing)}
    url = consented.url if consented and arrived.arrival is Arrival.DONE else INSTALL
    return _said(wording, arrived.arrival, STATUS.get(arrived.arrival, 400), url, **facts)


def _said(wording: Wording, key: str, status: int, url: str = INSTALL, **facts: str) -> Response:
    title, text, link = (
        wording.text(f"installing.{key}.{name}", LOCALE, **facts) for name in ("title", "text", "link")
    )
    more = f'<p><a href="{html.escape(url)}">{html.escape(link)}</a></p>'
    return page(LOCALE, title, text, more, status)
