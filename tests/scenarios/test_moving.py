"""A workspace that uses Ajar joins an organisation: nobody loses sight of anything, and nobody sees more."""

from pathlib import Path

import pytest

from bot.coaching.case import Person as Owner
from bot.flows.ports import Change
from bot.local import Local
from bot.sandbox.faults import Fail, Status
from bot.sandbox.person import Person, text_of
from tests.making import a_case
from tests.scenarios.telling import decline, expect_said, said, submit
from tests.scenarios.test_at_rest import unsealed
from tests.scenarios.test_installing import ORGANISATION, SECOND, THIRD, _until_noted, install, many, team
from tests.scenarios.test_privacy import done


async def test_after_the_workspace_has_joined_an_organisation_everything_is_there(
    robin: Person, marta: Person, over_http: Local, tmp_path: Path
) -> None:
    await done(robin, company="Acme")
    await decline(marta, company="Globex")
    await expect_said(marta, "How did it go?")
    await robin.command("/decline Initech")
    robin.fill("role", "Nurse")
    await submit(robin)  # and leaves it there
    await robin.close(is_all=True)
    over_http.sandbox.workspace.enterprise_id = ORGANISATION
    await robin.command("/decline list")
    assert "Acme" in robin.ephemerals[-1]["text"]
    assert "Globex" not in robin.ephemerals[-1]["text"]
    await robin.command("/decline")
    assert "Initech" in str(robin.modal)
    await robin.close(is_all=True)
    await _until_noted(over_http, robin)
    await robin.click("contact_log")  # a message of before, answered after
    await marta.click("call_reached")
    await expect_said(marta, "Open in Gmail")
    assert "Acme" in unsealed(tmp_path)
    await robin.command("/decline erase")
    robin.fill("confirmed", ["confirmed"])
    await submit(robin)
    assert "Everything Ajar kept for you is erased" in text_of(robin.modal or {})
    await over_http.ajar.store.wiped()
    assert "Acme" not in unsealed(tmp_path)
    assert "Globex" in unsealed(tmp_path)


async def test_whoever_stays_away_is_written_to_under_the_organisations_token(tmp_path: Path) -> None:
    async with many(tmp_path) as both:
        await install(both, SECOND)
        person, other = Person(team(both, SECOND)), Person(team(both, THIRD))
        await done(person, company="Acme")
        team(both, SECOND).workspace.enterprise_id = ORGANISATION
        await install(both, ORGANISATION)
        both.sandbox.oauth.uninstall(SECOND)  # the organisation's install covers it
        await both.sandbox.settled()
        await _until_noted(both, person)
        await other.command("/decline list")
        assert "Acme" not in said(other) + str(other.ephemerals)


async def test_somebody_whom_slack_calls_by_another_id_now_finds_everything_too(
    robin: Person, marta: Person, over_http: Local
) -> None:
    workspace, clock = over_http.sandbox.workspace, over_http.sandbox.clock
    for name, company in (("U0OLDROBIN", "Acme"), ("U0OLDMARTA", "Globex")):
        case = a_case(id=f"case{name}", company=company, person=Owner(workspace.team_id, name))
        await over_http.ajar.store.commit(Change(case.person, clock.now(), case=case))
    workspace.enterprise_id = ORGANISATION
    workspace.former_ids = {robin.id: "U0OLDROBIN", marta.id: "U0OLDMARTA"}
    over_http.sandbox.faults.next("migration.exchange", Status(503))
    await robin.command("/decline list")
    assert "Nothing here yet" in robin.ephemerals[-1]["text"]  # Slack did not say
    await robin.command("/decline list")
    assert "Acme" in robin.ephemerals[-1]["text"]
    assert "Globex" not in robin.ephemerals[-1]["text"]
    await marta.command("/decline list")
    assert "Globex" in marta.ephemerals[-1]["text"]


@pytest.mark.parametrize("code", ["missing_scope", "not_enterprise_team"])
async def test_where_slack_tells_no_former_id_one_begins_anew_and_slack_is_asked_once(
    robin: Person, over_http: Local, code: str
) -> None:
    workspace, clock = over_http.sandbox.workspace, over_http.sandbox.clock
    case = a_case(person=Owner(workspace.team_id, "U0OLDROBIN"))
    await over_http.ajar.store.commit(Change(case.person, clock.now(), case=case))
    workspace.enterprise_id = ORGANISATION
    over_http.sandbox.faults.next("migration.exchange", Fail(code))
    for _ in range(3):
        await robin.command("/decline list")
        assert "Nothing here yet" in robin.ephemerals[-1]["text"]
    assert sum(call.method == "migration.exchange" for call in over_http.sandbox.calls) == 1
    assert len(await over_http.ajar.store.cases(case.person)) == 1  # nothing was lost
