"""Numbers for whoever operates Ajar, in Prometheus' form: counts and seconds, no names and no ids."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.fence import fenced
from bot.flows.ports import StoreUnavailableError

PATH = "/metrics"
ACK_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 10.0)  # Slack gives up after three
KINDS = frozenset(
    {"command", "block_actions", "view_submission", "shortcut", "message_action", "event_callback"}
)
METHODS = frozenset(
    {
        "auth.test", "chat.delete", "chat.postEphemeral", "chat.postMessage", "chat.update",
        "conversations.history", "conversations.open", "oauth.v2.access", "users.info", "views.open",
        "views.publish", "views.push", "views.update",
    }
)  # fmt: skip
OTHER = "other"  # so that nobody can make the list of labels longer

Endings = Callable[[], Mapping[str, int]]
Counts = Callable[[], Awaitable[Mapping[str, int]]]
NextPending = Callable[[], Awaitable[datetime | None]]
Now = Callable[[], datetime]


class Metrics:
    """What is counted as it happens, and what is asked for when somebody looks."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._acks = Histogram(
            "ajar_ack_seconds",
            "Until a request of Slack's was answered.",
            ["kind"],
            buckets=ACK_BUCKETS,
            registry=self.registry,
        )
        self._failed = self._counter(
            "ajar_requests_failed", "Slack's requests answered with 4xx or 5xx.", "status"
        )
        self._calls = self._counter("ajar_slack_calls", "Calls of Slack's Web API.", "method")
        self._limited = self._counter("ajar_slack_ratelimited", "Calls answered with 429.", "method")
        self._endings = self._gauge("ajar_messages", "Claims of the outbox by their end.", "ending")
        self._rows = self._gauge("ajar_outbox_rows", "Rows of the outbox by state.", "state")
        self._lag = Gauge(
            "ajar_due_lag_seconds", "How late the earliest row is that waits.", registry=self.registry
        )
        self._up = Gauge("ajar_database_up", "Whether the database answers.", registry=self.registry)

    def _counter(self, name: str, text: str, label: str) -> Counter:
        return Counter(name, text, [label], registry=self.registry)

    def _gauge(self, name: str, text: str, label: str) -> Gauge:
        return Gauge(name, text, [label], registry=self.registry)

    def answered(self, kind: str, status: int, seconds: float) -> None:
        """Slack asked, and this is how it went."""
        self._acks.labels(kind if kind in KINDS else OTHER).observe(seconds)
        if status >= 400:
            self._failed.labels(str(status)).inc()

    def called(self, method: str, status: int) -> None:
        """We asked Slack."""
        name = method if method in METHODS else OTHER
        self._calls.labels(name).inc()
        if status == 429:
            self._limited.labels(name).inc()

    async def text(self, endings: Endings, counts: Counts, next_pending: NextPending, now: Now) -> bytes:
        """Everything, as of now."""
        for ending, number in endings().items():
            self._endings.labels(ending).set(number)
        try:
            rows, due_at = await counts(), await next_pending()
        except StoreUnavailableError:
            self._up.set(0)
        else:
            self._up.set(1)
            self._rows.clear()
            for state, number in rows.items():
                self._rows.labels(state).set(number)
            self._lag.set(max((now() - due_at).total_seconds(), 0) if due_at else 0)
        return generate_latest(self.registry)


def metrics_route(text: Callable[[], Awaitable[bytes]], token: str = "") -> Route:
    """GET /metrics; with a token only to who brings it."""

    async def show(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if token and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return PlainTextResponse("Only with the token.", 401, headers={"www-authenticate": "Bearer"})
        return Response(await text(), media_type=CONTENT_TYPE_LATEST)

    return Route(PATH, show, methods=["GET"])


def metrics_app(text: Callable[[], Awaitable[bytes]], token: str = "") -> Starlette:
    """For a port of its own."""
    return fenced([metrics_route(text, token)])
