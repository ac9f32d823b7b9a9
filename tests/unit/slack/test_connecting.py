"""What is looked at before anything runs."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.local import Local
from bot.settings import UnreachableError
from bot.slack.connecting import check_token, watched

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("apart", [-90 * MINUTE, 90 * MINUTE, timedelta(days=400)])
async def test_a_clock_that_is_far_from_slacks_ends_the_start_for_another_try(
    over_http: Local, apart: timedelta
) -> None:
    client, now = over_http.ajar.client, datetime.now(UTC)
    await check_token(client, now + 5 * MINUTE)
    with pytest.raises(UnreachableError, match="Turn on time synchronisation"):
        await check_token(client, now + apart)


class _Socket:
    """As a handler and its client: open or not, look by look; the last answer holds."""

    def __init__(self, *looks: bool) -> None:
        self.client, self._looks = self, list(looks)

    async def is_connected(self) -> bool:
        return self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]


async def test_what_is_told_of_sockets_is_that_all_are_lost_and_that_one_is_back() -> None:
    handlers = [_Socket(True, False, False, False, False, True), _Socket(True, True, False, False, True)]
    told = watched(handlers, every=0.01)
    async with asyncio.timeout(10):
        assert await anext(told) is None
        back = await anext(told)
    assert back is not None
    assert back >= 0.015
    await told.aclose()
