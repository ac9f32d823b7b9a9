"""The programs that Ajar is compared with, each as plain as it can be; run one as `python -m … NAME PORT`.

empty: async Bolt, an empty listener, `process_before_response`. opens: the same with one `views.open` over a
shared session. documented: as the documentation shows it: default ack, a session for each call, an ORM query
before the view. raw: no framework; the signature is checked and the view opened.
"""

import hashlib
import hmac
import json
import os
import sys
import time
from typing import Any

import aiohttp
import uvicorn

SECRET = os.environ.get("SLACK_SIGNING_SECRET", "")
API = os.environ.get("SLACK_API_URL", "")
TOKEN = "xoxb-bench"
VIEW = {
    "type": "modal",
    "callback_id": "offer",
    "title": {"type": "plain_text", "text": "Turn down an offer"},
    "submit": {"type": "plain_text", "text": "Next"},
    "close": {"type": "plain_text", "text": "Close"},
    "blocks": [
        {
            "type": "input",
            "block_id": f"q{number}",
            "label": {"type": "plain_text", "text": f"Question {number}"},
            "element": {"type": "plain_text_input", "action_id": "answer"},
        }
        for number in range(12)
    ],
}


def empty() -> Any:
    """(a)"""
    from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
    from slack_bolt.async_app import AsyncApp

    app = AsyncApp(signing_secret=SECRET, process_before_response=True, client=_client(None))

    @app.command("/decline")
    async def decline(ack: Any) -> None:
        await ack()

    @app.view("offer")
    async def submitted(ack: Any) -> None:
        await ack()

    return AsyncSlackRequestHandler(app)


def opens() -> Any:
    """(b)"""
    from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
    from slack_bolt.async_app import AsyncApp

    app = AsyncApp(signing_secret=SECRET, process_before_response=True, client=_client(None))
    shared: list[Any] = []

    @app.command("/decline")
    async def decline(ack: Any, body: Any) -> None:
        if not shared:
            shared.append(_client(aiohttp.ClientSession()))
        await shared[0].views_open(trigger_id=body["trigger_id"], view=VIEW)
        await ack()

    return AsyncSlackRequestHandler(app)


def documented() -> Any:
    """(c)"""
    from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
    from slack_bolt.async_app import AsyncApp
    from sqlalchemy import String, select
    from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

    class Base(DeclarativeBase):
        pass

    class Interview(Base):
        __tablename__ = "interview"
        id: Mapped[int] = mapped_column(primary_key=True)
        user_id: Mapped[str] = mapped_column(String(32), index=True)

    url = os.environ["BENCH_DATABASE_URL"]
    engine = create_async_engine(url)
    sessions = async_sessionmaker(engine, class_=AsyncSession)
    made: list[bool] = []
    app = AsyncApp(signing_secret=SECRET, client=_client(None))

    @app.command("/decline")
    async def decline(ack: Any, body: Any, client: Any) -> None:
        await ack()
        if not made:
            async with engine.begin() as connection:
                await connection.run_sync(Base.metadata.create_all)
            made.append(True)
        async with sessions() as session:
            await session.execute(select(Interview).where(Interview.user_id == body["user_id"]))
            await session.commit()
        await client.views_open(trigger_id=body["trigger_id"], view=VIEW)

    return AsyncSlackRequestHandler(app)


def raw() -> Any:
    """(d)"""
    from urllib.parse import parse_qs

    shared: list[aiohttp.ClientSession] = []
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json; charset=utf-8"}

    async def program(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = (await receive())["body"]
        given = dict(scope["headers"])
        at = given.get(b"x-slack-request-timestamp", b"0")
        signed = hmac.new(SECRET.encode(), b"v0:" + at + b":" + body, hashlib.sha256).hexdigest()
        fits = hmac.compare_digest(b"v0=" + signed.encode(), given.get(b"x-slack-signature", b""))
        if not fits or abs(time.time() - int(at)) > 300:
            await send({"type": "http.response.start", "status": 401, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        if not shared:
            shared.append(aiohttp.ClientSession())
        form = parse_qs(body.decode())
        held = json.dumps({"trigger_id": form["trigger_id"][0], "view": VIEW})
        async with shared[0].post(f"{API}views.open", data=held, headers=headers) as answer:
            assert (await answer.json())["ok"]
        start = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]}
        await send(start)
        await send({"type": "http.response.body", "body": b""})

    return program


def one_listener() -> Any:
    """Ajar's index with one listener in it."""
    return _indexed(1)


def many_listeners() -> Any:
    """The same with sixty."""
    return _indexed(60)


def _indexed(number: int) -> Any:
    from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
    from slack_bolt.async_app import AsyncApp

    from bot.slack.index import Index

    async def listen(ack: Any, body: Any, client: Any) -> None:
        await ack()

    async def arrived(_: Any) -> None:
        """Nobody waits for anybody here."""

    app = AsyncApp(signing_secret=SECRET, process_before_response=True, client=_client(None))
    listeners = {**{f"/other{place}": listen for place in range(number - 1)}, "/decline": listen}
    app.use(Index(listeners, arrived))
    return AsyncSlackRequestHandler(app)


def _client(session: aiohttp.ClientSession | None) -> Any:
    from slack_sdk.web.async_client import AsyncWebClient

    return AsyncWebClient(token=TOKEN, base_url=API, session=session)


PROGRAMS = {
    "empty": empty,
    "opens": opens,
    "documented": documented,
    "raw": raw,
    "one": one_listener,
    "many": many_listeners,
}

if __name__ == "__main__":
    uvicorn.run(
        PROGRAMS[sys.argv[1]](), port=int(sys.argv[2]), log_level="error", access_log=False, lifespan="off"
    )
