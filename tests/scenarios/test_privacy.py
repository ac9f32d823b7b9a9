"""Taking everything along, bringing it back, and erasing it."""

import asyncio
import io
import json
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import aiohttp
import icalendar

from bot.case_file import CaseFile
from bot.cli import load_manifest
from bot.local import Local, local
from bot.sandbox.person import Person, text_of
from tests.conftest import PATIENCE_SECONDS, START
from tests.scenarios.telling import RAW, calendar_address, decline, expect_said, said, submit
from tests.scenarios.test_at_rest import PLAN, TYPED, files_in
from tests.scenarios.test_bad_input import ajar

LINK = re.compile(r"http://127\.0\.0\.1:\d+/export/[\w-]+")


async def done(person: Person, **offer: str) -> None:
    """A decline that is told, sent and in touch, with an email of one's own."""
    await decline(person, plan=PLAN, **{**TYPED, **offer})
    await expect_said(person, "How did it go?")
    await person.click("call_reached")
    await expect_said(person, "Your email")
    await person.click("email_edit")
    person.fill("body", "No thanks, I shall be a lighthouse keeper.")
    await submit(person)
    await person.click("email_send")
    await expect_said(person, "Well handled")


async def fetched(method: str, url: str) -> tuple[int, bytes, dict[str, str]]:
    async with aiohttp.ClientSession() as session, session.request(method, url) as answer:
        return answer.status, await answer.read(), {k.lower(): v for k, v in answer.headers.items()}


async def link_of(person: Person) -> str:
    await person.command("/decline export")
    found = LINK.search(str(person.ephemerals[-1]))
    assert found, person.ephemerals[-1]
    return found.group()


async def exported(person: Person) -> zipfile.ZipFile:
    status, content, _ = await fetched("POST", await link_of(person))
    assert status == 200
    return zipfile.ZipFile(io.BytesIO(content))


async def paste(person: Person, *pieces: str) -> dict[str, str] | None:
    await person.command("/decline import")
    for number, piece in enumerate(pieces, 1):
        person.fill(f"json_{number}", piece)
    return await person.submit()


async def erased(person: Person, *, keeps_messages: bool = False) -> None:
    await person.command("/decline erase")
    person.fill("confirmed", ["confirmed"])
    if keeps_messages:
        person.fill("messages", [])
    await person.submit()


async def test_the_archive_holds_everything_in_four_forms(robin: Person, tmp_path: Path) -> None:
    await done(robin)
    await robin.command("/decline Umbrella")
    robin.fill("role", "Fogologist")
    await submit(robin)
    await robin.close()
    archive = await exported(robin)
    assert set(archive.namelist()) == {
        "cases/01.json", "cases/01.md", "settings.json", "unfinished.json", "contacts.vcf",
        "messages.json", "reconnect.ics"
    }  # fmt: skip
    assert [item["role"] for item in json.loads(archive.read("unfinished.json"))] == ["Fogologist"]
    assert json.loads(archive.read("settings.json"))["time_zone"] == ""
    file = CaseFile.model_validate_json(archive.read("cases/01.json"))
    assert file.offer.company == TYPED["company"]
    assert [line.kind for line in file.history][-1] == "email_sent"
    assert file.edits["email"][1] == "No thanks, I shall be a lighthouse keeper."
    text = archive.read("cases/01.md").decode()
    assert "Philippa Wren" in text
    assert "lighthouse" in text
    card = archive.read("contacts.vcf").decode()
    assert "FN:Philippa Wren\r\n" in card
    assert "EMAIL:philippa@zeppelins.example\r\n" in card
    calendar = icalendar.Calendar.from_ical(archive.read("reconnect.ics"))
    assert len(calendar.walk("VEVENT")) >= 4
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"joke" in RAW.encode()
    assert b"joke" not in everything  # the blunt words were never kept
    code, out, _ = await ajar(
        tmp_path, "preview", "-", "--json", given=archive.read("cases/01.json").decode()
    )
    assert code == 0
    assert "phone_script" in out


async def test_the_archive_holds_every_interview_that_was_begun_and_none_of_another(
    robin: Person, marta: Person
) -> None:
    for person, company, role in (
        (robin, "Umbrella", "Fogologist"),
        (robin, "Globex", "Cartographer"),
        (marta, "Initech", "Botanist"),
    ):
        await person.command("/decline")
        if "interview_start_anew" in str(person.modal):
            await person.click("interview_start_anew")
        person.fill("company", company)
        person.fill("role", role)
        await submit(person)
        await person.close()
    archive = await exported(robin)
    begun = json.loads(archive.read("unfinished.json"))
    assert {(item["company"], item["role"]) for item in begun} == {
        ("Umbrella", "Fogologist"),
        ("Globex", "Cartographer"),
    }
    assert len(begun) == 2


async def test_a_link_names_nobody_works_once_and_not_for_long(robin: Person, over_http: Local) -> None:
    await done(robin)
    first, second, third = [await link_of(robin) for _ in range(3)]
    for word in (robin.id, "T0AJARLOCAL", "Quixotic", "Zeppelins", "Robin"):
        assert word not in first
    for method in ("GET", "HEAD", "GET"):  # a preview or a scanner that follows it uses nothing up
        status, page, headers = await fetched(method, first)
        assert status == 200
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert b"Zeppelins" not in page
    answers = await asyncio.gather(*(fetched("POST", first) for _ in range(4)))
    assert sorted(status for status, _, _ in answers) == [200, 404, 404, 404]
    for method in ("GET", "POST"):
        status, page, _ = await fetched(method, first)
        assert status == 404
        assert b"type /decline export" in page
        assert (await fetched(method, second[:-1] + ("0" if second[-1] != "0" else "1")))[0] == 404
    await over_http.sandbox.move_clock(timedelta(minutes=11))
    assert (await fetched("POST", third))[0] == 404


async def test_a_link_gives_only_what_belongs_to_its_person(robin: Person, marta: Person) -> None:
    await done(robin)
    await decline(marta, company="Globex")
    archive = await exported(marta)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Globex" in everything
    assert b"Zeppelins" not in everything


async def test_a_calendar_address_opens_no_export(robin: Person) -> None:
    await done(robin)
    address = await calendar_address(robin)
    export = address.replace("/calendar/", "/export/").replace(".ics", "")
    assert (await fetched("POST", export))[0] == 404


async def test_without_an_address_the_file_comes_in_the_dm_or_the_way_is_explained(tmp_path: Path) -> None:
    for scope in ("", "files:write"):
        manifest = load_manifest()
        manifest["oauth_config"]["scopes"]["bot"] += [scope] if scope else []
        folder = tmp_path / (scope or "none").replace(":", "")
        async with local(
            folder, manifest, start_at=START, patience_seconds=PATIENCE_SECONDS, ajar_public_url=""
        ) as both:
            robin = Person(both.sandbox)
            await decline(robin)
            await expect_said(robin, "How did it go?")
            await robin.command("/decline export")
            shared = [file["name"] for message in robin.dm for file in message.get("files") or ()]
            assert shared == (["ajar-export.zip"] if scope else [])
            expected = "is in our conversation" if scope else "AJAR_PUBLIC_URL"
            assert expected in robin.ephemerals[-1]["text"]


async def test_an_export_is_brought_into_another_workspace_once(
    robin: Person, over_http: Local, tmp_path: Path
) -> None:
    await done(robin)
    archive = await exported(robin)
    text = archive.read("cases/01.json").decode()
    other = tmp_path / "other"
    async with local(other, load_manifest(), start_at=START, patience_seconds=PATIENCE_SECONDS) as both:
        there = Person(both.sandbox, "U0MARTA001")
        for expected in ("Brought in: 1. Already here: 0.", "Brought in: 0. Already here: 1."):
            cut = text.index("lighthouse")  # the first piece ends with a space
            assert await paste(there, text[:cut], text[cut:]) is None
            assert expected in text_of(there.modal or {})
            await there.close()
        again = await exported(there)
        before, after = (
            CaseFile.model_validate_json(item.read("cases/01.json")) for item in (archive, again)
        )
        assert after.model_dump(exclude={"id", "locale"}) == before.model_dump(exclude={"id", "locale"})
        assert "Quixotic Zeppelins" in text_of(there.home or {})
        await both.sandbox.jump()
        await expect_said(there, "Something you could send")


async def test_what_is_no_case_is_refused_with_the_reason(robin: Person) -> None:
    good = {"offer": {"source": "employer", "company": "Acme", "role": "Nurse"}}
    long = {"offer": {**good["offer"], "company": "A" * 500}}
    naive = {**good, "created_at": "2026-01-01T00:00:00"}
    reasons = {**good, "reasons": [{"category_id": "nothing", "wording": "x"}]}
    for given, expected in (
        ("hello", "can't read this as JSON"),
        ("[" * 2500, "can't read this as JSON"),
        ('{"offer": {"source": "aunt"}}', "isn't an offer"),
        ("7", "isn't an offer"),
        (json.dumps(naive), "isn't an offer"),
        (json.dumps({**good, "created_at": "9999-12-31T23:00:00-12:00"}), "date in here"),
        (json.dumps({**good, "plan": {"call_at": "0001-01-01T00:00:00+14:00"}}), "date in here"),
        (
            json.dumps({**good, "history": [{"kind": "contact", "at": "9000-01-01T00:00:00Z"}]}),
            "date in here",
        ),
        ("[]", "no offer in here"),
        (json.dumps(reasons), "unknown to this Ajar"),
        (json.dumps(long), "longer than Ajar takes"),
        ("[" + "{}," * 60 + "{}]", "isn't an offer"),
    ):
        errors = await paste(robin, given)
        assert errors is not None, given
        assert expected in errors["json_1"], given
        await robin.close()


async def test_a_file_can_not_name_the_case_of_another(
    robin: Person, marta: Person, over_http: Local
) -> None:
    await done(robin)
    file = json.loads((await exported(robin)).read("cases/01.json"))
    file["offer"]["company"] = "Taken Over"
    assert await paste(marta, json.dumps(file)) is None
    await robin.open_home()
    assert "Taken Over" in text_of(marta.home or {})
    assert "Taken Over" not in text_of(robin.home or {})
    assert "Quixotic Zeppelins" in text_of(robin.home or {})


async def test_erasing_asks_first_and_leaves_nothing_in_the_files(
    robin: Person, marta: Person, over_http: Local, tmp_path: Path
) -> None:
    await done(robin)
    await robin.command("/decline Leftover")
    robin.fill("role", "Nurse")
    await submit(robin)
    await robin.close()
    await decline(marta, company="Globex")
    case_id = re.search(r'"value": "([0-9a-f]{24})"', json.dumps(robin.dm))
    assert case_id
    await link_of(robin)
    await robin.command("/decline erase")
    asked = text_of(robin.modal or {})
    assert "Offers: 1" in asked
    assert "Interviews you've begun: 1" in asked
    assert "Zeppelins" not in asked
    assert set(await robin.submit() or {}) == {"confirmed"}
    robin.fill("confirmed", ["confirmed"])
    assert await robin.submit() is None
    assert "Everything Ajar kept for you is erased." in text_of(robin.modal or {})
    await robin.close()
    await expect_said(robin, "Offers: 1")
    assert "Nothing here yet" in text_of(robin.home or {})
    await over_http.ajar.store.wiped()
    held = b"".join(file.read_bytes() for file in files_in(tmp_path))
    assert marta.id.encode() in held  # so that this would find what is there
    assert robin.id.encode() not in held
    assert case_id.group(1).encode() not in held
    await robin.command("/decline erase")
    assert "nothing to erase" in text_of(robin.modal or {})
    await robin.close()
    await marta.open_home()
    assert "Globex" in text_of(marta.home or {})


async def test_after_erasing_nothing_more_is_sent_and_old_buttons_find_nothing(
    robin: Person, over_http: Local
) -> None:
    await done(robin)
    await erased(robin, keeps_messages=True)
    await robin.close()
    await expect_said(robin, "What Ajar wrote in our conversation stays")
    count = len(robin.dm)
    await over_http.sandbox.move_clock(timedelta(days=500))
    old = next(item for item in robin.dm if "nudge_stop" in str(item))
    await robin.click("nudge_stop", message=old)
    assert "can't find this one" in robin.ephemerals[-1]["text"]
    assert len(robin.dm) == count
    assert said(robin).count("Something you could send") == 0
