"""Installing the app: the consent page, codes, tokens that may expire, and taking it all back."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from bot.sandbox.manifest import Manifest
from bot.sandbox.refusals import Refused
from bot.sandbox.settings import SandboxSettings
from bot.sandbox.team import Team

PAGE = Path(__file__).parent / "page" / "consent.html"
TOKEN_LIVES = timedelta(hours=12)
CODE_LIVES = timedelta(minutes=10)
HEADERS = {"cache-control": "no-store", "x-frame-options": "DENY", "referrer-policy": "no-referrer"}
ASKED = ("client_id", "scope", "state", "redirect_uri")


@dataclass(frozen=True)
class Grant:
    """What a bot token may do, and where."""

    token: str
    team_id: str  # empty: everywhere in the organisation
    enterprise_id: str
    scopes: frozenset[str] | None  # None: all
    expires_at: datetime | None = None
    installer: str = ""

    @property
    def place(self) -> str:
        """The workspace, or the organisation."""
        return self.team_id or self.enterprise_id


@dataclass
class _Code:
    place: str
    scopes: frozenset[str]
    installer: str
    redirect_uri: str
    ends_at: datetime
    is_used: bool = False


class OAuth:
    """Who has installed the app, with which tokens."""

    def __init__(
        self,
        settings: SandboxSettings,
        manifest: Manifest,
        teams: Mapping[str, Team],
        now: Callable[[], datetime],
    ) -> None:
        self._settings, self._manifest, self._teams, self._now = settings, manifest, teams, now
        self._codes: dict[str, _Code] = {}
        self._refreshing: dict[str, Grant] = {}
        self._gone: set[str] = set()
        self._spent: set[str] = set()  # of those gone: for a token that ends
        self.grants: dict[str, Grant] = {}
        if settings.is_installed:
            scopes = settings.scopes if settings.scopes is not None else manifest.scopes
            self.grants[settings.bot_token] = Grant(settings.bot_token, settings.team_id, "", scopes)

    def is_installed(self, team: Team) -> bool:
        """In this workspace, or in the organisation that it belongs to."""
        workspace = team.workspace
        places = {workspace.team_id, workspace.enterprise_id or workspace.team_id}
        return any(grant.place in places for grant in self.grants.values())

    def grant_of(self, token: str) -> Grant:
        """What this token may do. Raises Refused."""
        if token == self._settings.app_token:
            raise Refused("not_allowed_token_type")
        if token in self._gone:
            raise Refused("token_revoked")
        grant = self.grants.get(token)
        if grant is None:
            raise Refused("invalid_auth")
        if grant.expires_at is not None and grant.expires_at <= self._now():
            raise Refused("token_expired")
        return grant

    def team_of(self, grant: Grant, given: Mapping[str, Any]) -> Team:
        """The workspace that a call is about. Raises Refused('team_not_found')."""
        if grant.team_id:
            return self._teams[grant.team_id]
        own = list(self._of(grant.enterprise_id))
        if not own:
            raise Refused("team_not_found")
        return next((team for team in own if team.is_meant(given)), own[0])

    def _of(self, enterprise_id: str) -> Iterator[Team]:
        return (team for team in self._teams.values() if team.workspace.enterprise_id == enterprise_id)

    async def ask(self, request: Request) -> Response:
        """GET /oauth/v2/authorize: may this app come in?"""
        asked = {name: request.query_params.get(name, "") for name in ASKED}
        wrong = self._mistake(asked)
        if wrong:
            return HTMLResponse(f"<h1>{wrong}</h1>", 400, headers=HEADERS)
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in asked.items()
        )
        places = "".join(
            f'<label><input type="radio" name="place" value="{escape(place)}"{checked}>{escape(name)}</label>'
            for place, name, checked in self._places()
        )
        scopes = "".join(f"<li>{escape(scope)}</li>" for scope in asked["scope"].split(","))
        page = PAGE.read_text(encoding="utf-8")
        for name, text in {
            "app": escape(self._manifest.app_name),
            "fields": fields,
            "places": places,
            "scopes": scopes,
        }.items():
            page = page.replace("{{" + name + "}}", text)
        return HTMLResponse(page, headers=HEADERS)

    def _places(self) -> Iterator[tuple[str, str, str]]:
        organisations = set()
        for number, team in enumerate(self._teams.values()):
            workspace = team.workspace
            yield workspace.team_id, workspace.name, "" if number else " checked"
            if workspace.enterprise_id and self._manifest.is_for_organisations:
                organisations.add(workspace.enterprise_id)
        yield from ((name, f"everybody at {name}", "") for name in sorted(organisations))

    def _mistake(self, asked: Mapping[str, str]) -> str:
        known = self._manifest.redirect_urls
        if asked["client_id"] != self._settings.client_id:
            return "invalid_client_id"
        if known and not asked["redirect_uri"].startswith(tuple(known)):
            return "bad_redirect_uri"
        allowed = self._manifest.scopes
        if not asked["scope"] or (allowed is not None and set(asked["scope"].split(",")) - allowed):
            return "invalid_scope"
        return ""

    async def answer_consent(self, request: Request) -> Response:
        """POST /oauth/v2/authorize: the button that was pressed; back to the app with a code or an error."""
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = {name: form.get(name, "") for name in ASKED}
        place = form.get("place", self._settings.team_id)
        wrong = self._mistake(asked) or ("" if self._person_at(place) else "invalid_team")
        if wrong:
            return HTMLResponse(f"<h1>{wrong}</h1>", 400, headers=HEADERS)
        back = {"state": asked["state"]}
        if form.get("choice") == "allow":
            scopes = frozenset((form.get("granted") or asked["scope"]).split(","))
            code = secrets.token_urlsafe(24)
            ends_at = self._now() + CODE_LIVES
            self._codes[code] = _Code(place, scopes, self._person_at(place), asked["redirect_uri"], ends_at)
            back["code"] = code
        else:
            back["error"] = "access_denied"
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 302, headers=HEADERS)

    def _person_at(self, place: str) -> str:
        """Whoever installs there; nobody where there is no such place."""
        found = [self._teams[place]] if place in self._teams else list(self._of(place))
        return found[0].workspace.people[0].id if found else ""

    def answer(self, name: str, given: Mapping[str, Any], client: tuple[str, str], token: str) -> Any:
        """oauth.v2.access and oauth.v2.exchange. Raises Refused."""
        client_id, secret = client
        if (client_id or given.get("client_id")) != self._settings.client_id:
            raise Refused("invalid_client_id")
        if (secret or given.get("client_secret")) != self._settings.client_secret:
            raise Refused("bad_client_secret")
        if name == "oauth.v2.exchange":
            return self._exchanged(token)
        if given.get("grant_type") == "refresh_token":
            return self._refreshed(str(given.get("refresh_token")))
        return self._from_code(str(given.get("code")), str(given.get("redirect_uri")))

    def _from_code(self, code: str, redirect_uri: str) -> Any:
        held = self._codes.get(code)
        if held is None or held.ends_at <= self._now():
            raise Refused("invalid_code")
        if held.is_used:
            raise Refused("code_already_used")
        if held.redirect_uri != redirect_uri:
            raise Refused("bad_redirect_uri")
        held.is_used = True
        is_team = held.place in self._teams
        enterprise = self._teams[held.place].workspace.enterprise_id or "" if is_team else held.place
        made = Grant("", held.place if is_team else "", enterprise, held.scopes, installer=held.installer)
        grant = self._issued(made)
        self._mark(grant, is_here=True)
        return self._answer_of(grant)

    def _exchanged(self, token: str) -> Any:
        """A token that ends, for one of before the app's tokens did."""
        if not self._manifest.has_expiring_tokens:
            raise Refused("token_rotation_not_enabled")
        if token in self._spent:
            raise Refused("token_already_exchanged")
        grant = self.grants.get(token)
        if grant is None:
            raise Refused("authorization_not_found")
        if grant.expires_at is not None:
            raise Refused("invalid_token")
        del self.grants[token]
        self._spent.add(token)
        self._gone.add(token)
        return self._answer_of(self._issued(grant))

    def _refreshed(self, refresh_token: str) -> Any:
        grant = self._refreshing.pop(refresh_token, None)
        if grant is None:
            raise Refused("invalid_refresh_token")
        return self._answer_of(self._issued(grant))

    def _issued(self, of: Grant) -> Grant:
        expires = self._manifest.has_expiring_tokens
        token = f"xoxe.xoxb-1-{secrets.token_hex(40)}" if expires else f"xoxb-local-{secrets.token_hex(12)}"
        grant = replace(of, token=token, expires_at=self._now() + TOKEN_LIVES if expires else None)
        self.grants[token] = grant
        return grant

    def _answer_of(self, grant: Grant) -> Any:
        team = self.team_of(grant, {})
        answer: dict[str, Any] = {
            "app_id": team.workspace.app_id,
            "authed_user": {"id": grant.installer},
            "scope": ",".join(sorted(grant.scopes or ())),
            "token_type": "bot",
            "access_token": grant.token,
            "bot_user_id": team.workspace.bot_user,
            "team": {"id": grant.team_id, "name": team.workspace.name} if grant.team_id else None,
            "enterprise": {"id": grant.enterprise_id, "name": "Local"} if grant.enterprise_id else None,
            "is_enterprise_install": not grant.team_id,
        }
        if grant.expires_at is not None:
            refresh = f"xoxe-1-{secrets.token_hex(80)}"
            self._refreshing[refresh] = grant
            answer |= {"refresh_token": refresh, "expires_in": int(TOKEN_LIVES.total_seconds())}
        return answer

    def revoke(self, token: str) -> None:
        """auth.revoke: this token is worth nothing any more. Raises Refused."""
        self._end(self.grant_of(token).place, [token], events=("tokens_revoked",))

    def uninstall(self, place: str) -> None:
        """Somebody takes the app out of a workspace or an organisation; the app hears of it twice."""
        tokens = [token for token, grant in self.grants.items() if grant.place == place]
        self._end(place, tokens, events=("tokens_revoked", "app_uninstalled"))

    def _end(self, place: str, tokens: list[str], events: tuple[str, ...]) -> None:
        ended = [self.grants.pop(token) for token in tokens]
        self._gone.update(tokens)
        self._refreshing = {name: held for name, held in self._refreshing.items() if held.place != place}
        team = self._teams[place] if place in self._teams else next(self._of(place))
        revoked = {"tokens": {"oauth": [], "bot": [team.workspace.bot_user]}}
        for kind in events:
            event = {"type": kind, **(revoked if kind == "tokens_revoked" else {})}
            team.events.publish(event, is_of_organisation=place not in self._teams)
        for grant in ended:
            self._mark(grant, is_here=False)

    def _mark(self, grant: Grant, *, is_here: bool) -> None:
        """Requests from an organisation say by which way the app is there."""
        if not grant.team_id:
            for team in self._of(grant.enterprise_id):
                team.workspace.is_org_install = is_here
