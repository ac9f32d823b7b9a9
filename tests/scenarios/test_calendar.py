"""The calendar that one subscribes to: made, asked again and again, renewed and stopped."""

from datetime import timedelta
from pathlib import Path

import aiohttp
import icalendar

from bot.cli import load_manifest
from bot.local import Local, local
from bot.sandbox.person import Person, text_of
from tests.conftest import START
from tests.scenarios.telling import calendar_address, decline, expect_said
from tests.scenarios.test_privacy import done


async def fetched(address: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    async with aiohttp.ClientSession() as session, session.get(address, headers=headers) as answer:
        return answer.status, await answer.read(), {k.lower(): v for k, v in answer.headers.items()}


async def test_it_is_subscribed_to_renewed_and_stopped(robin: Person, marta: Person) -> None:
    await done(robin, raw="")
    await decline(robin, raw="", company="Globex")
    await decline(marta, raw="", company="Umbrella")
    address = await calendar_address(robin)
    assert robin.id not in address
    status, content, headers = await fetched(address)
    assert status == 200
    assert headers["content-type"].startswith("text/calendar")
    assert headers["cache-control"].startswith("private")
    events = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert {str(item["SUMMARY"]) for item in events} == {"Reconnect: Quixotic Zeppelins", "Call: Globex"}
    assert len({str(event["UID"]) for event in events}) == len(events)
    assert all("DTSTAMP" in event and event["DTEND"].dt >= event["DTSTART"].dt for event in events)
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT12H\r\n" in content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert (await fetched(address, **{"if-none-match": headers["etag"]}))[0] == 304
    newer = await calendar_address(robin)
    assert (await fetched(address))[0] == 404
    assert (await fetched(newer))[0] == 200
    await robin.click_home("calendar_open")
    assert newer not in str(robin.modal)  # only its hash is kept, so it can't be shown again
    await robin.click("calendar_stop")
    assert "doesn't work any more" in text_of(robin.modal or {})
    assert (await fetched(newer))[0] == 404


async def test_a_snooze_moves_the_date_in_it(robin: Person, over_http: Local) -> None:
    await done(robin, raw="")
    address = await calendar_address(robin)
    await over_http.sandbox.jump()
    await expect_said(robin, "Something you could send")
    await robin.click("nudge_snooze")
    _, content, _ = await fetched(address)
    days = sorted(event["DTSTART"].dt for event in icalendar.Calendar.from_ical(content).walk("VEVENT"))
    now = over_http.sandbox.clock.now().date()
    assert timedelta(days=13) <= days[0] - now <= timedelta(days=15)


async def test_without_an_address_of_the_server_it_says_so_gently(tmp_path: Path) -> None:
    async with local(tmp_path, load_manifest(), start_at=START, ajar_public_url="") as both:
        robin = Person(both.sandbox)
        await decline(robin, raw="")
        await expect_said(robin, "How did it go?")
        await robin.open_home()
        await robin.click_home("calendar_open")
        assert "nothing a calendar could subscribe to" in text_of(robin.modal or {})
        assert "calendar_renew" not in str(robin.modal)
