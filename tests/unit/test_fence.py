"""Where a page fails, people read what to do, and nothing of why."""

from aiohttp import ClientSession
from starlette.requests import Request
from starlette.routing import Route

from bot.fence import LARGEST_BODY, fenced
from bot.serving import bind, web_server
from bot.wording import Words


async def _fails(request: Request) -> None:
    await request.body()
    raise RuntimeError("Dana's address")


async def test_a_page_that_fails_says_that_nothing_is_lost_and_what_to_do(words: Words) -> None:
    sorry, bound = words.text("pages.sorry", "en"), bind("127.0.0.1", 0)
    url = f"http://127.0.0.1:{bound.getsockname()[1]}/page"
    web = fenced([Route("/page", _fails, methods=["GET", "POST"])], sorry)
    async with web_server(web, bound), ClientSession() as session:
        async with session.get(url) as answer:
            assert (answer.status, await answer.text()) == (500, sorry)
        async with session.post(url, data=b"x" * (LARGEST_BODY + 10)) as too_large:
            assert too_large.status == 413
            assert "Dana" not in await too_large.text()
    assert "Nothing is lost" in sorry
