"""What is looked at before anything runs."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.local import Local
from bot.settings import UnreachableError
from bot.slack.connecting import check_token

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("apart", [-90 * MINUTE, 90 * MINUTE, timedelta(days=400)])
async def test_a_clock_that_is_far_from_slacks_ends_the_start_for_another_try(
    over_http: Local, apart: timedelta
) -> None:
    client, now = over_http.ajar.client, datetime.now(UTC)
    await check_token(client, now + 5 * MINUTE)
    with pytest.raises(UnreachableError, match="Turn on time synchronisation"):
        await check_token(client, now + apart)
