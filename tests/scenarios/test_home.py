"""The Home tab as the place where one lives: with no case and with forty, doubts, one case."""

import asyncio
import json
from datetime import timedelta

import pytest

from bot.coaching.case import EventKind, Stage
from bot.coaching.case import Person as Owner
from bot.flows.delivery import Ending, Settlement
from bot.flows.ports import Change, Post, PostKind
from bot.local import Local
from bot.sandbox.person import Person, text_of
from tests.conftest import START
from tests.making import a_case
from tests.scenarios.telling import decline, expect_said, said, submit
from tests.scenarios.test_privacy import done

ROBIN = Owner("T0AJARLOCAL", "U0ROBIN001")


async def many_cases(both: Local, number: int, owner: Owner = ROBIN) -> None:
    """Offers at every stage, with messages planned about those in touch."""
    now = both.sandbox.clock.now()
    stages = [*Stage]
    for place in range(number):
        case = a_case(
            id=f"case{place}",
            person=owner,
            company=f"Company {place} and Sons",
            contact_name="Dana Okafor",
            stage=stages[place % len(stages)],
            created_at=now - timedelta(days=place),
        )
        if case.stage in {Stage.CLOSED, Stage.IN_TOUCH}:
            case = case.with_event(EventKind.EMAIL_SENT, now - timedelta(days=place))
        due_at = now + timedelta(days=3 + place)
        post = Post(f"post{place}", owner, PostKind.NUDGE, due_at, f"post{place}", case.id, "three_months")
        posts = (post,) if case.stage is Stage.IN_TOUCH else ()
        await both.ajar.store.commit(Change(owner, now, case=case, posts=posts))


async def test_somebody_new_is_welcomed_once_and_sees_what_would_happen(robin: Person) -> None:
    await robin.open_home()
    await expect_said(robin, "Welcome to Ajar")
    home = text_of(robin.home or {})
    assert "Nothing here yet, so this is what would happen" in home
    assert "between you and Ajar" in home
    assert "Ajar keeps nothing about you so far" in home
    await robin.open_home("messages")
    await robin.open_home()
    await robin.say("thanks")
    await expect_said(robin, "You're welcome.")
    assert said(robin).count("Welcome to Ajar") == 1
    await robin.click_home("decline_start")
    assert robin.modal is not None


async def test_somebody_new_who_types_is_welcomed_in_place_of_an_answer(robin: Person) -> None:
    await robin.say("hello there")
    await expect_said(robin, "Welcome to Ajar")
    await robin.say("hello")
    await expect_said(robin, "Hello! Ajar is here")
    assert len(robin.dm) == 4


async def test_whoever_has_begun_is_not_welcomed_as_somebody_new(robin: Person) -> None:
    await decline(robin, raw="")
    await expect_said(robin, "How did it go?")
    await robin.open_home()
    await robin.say("hello")
    await expect_said(robin, "Hello! Ajar is here")
    assert "Welcome to Ajar" not in said(robin)


async def test_the_installer_is_told_once_what_to_tell_the_others(robin: Person, over_http: Local) -> None:
    for _ in range(2):
        await over_http.ajar.stories.onboarding.installed(ROBIN)
    await expect_said(robin, "Ajar is ready")
    await robin.say("thanks")
    await expect_said(robin, "You're welcome.")
    assert said(robin).count("We've added Ajar") == 1


async def test_forty_offers_fit_with_pages_and_those_to_do_first(robin: Person, over_http: Local) -> None:
    await many_cases(over_http, 40)
    await robin.command("/decline list")
    listed = robin.ephemerals[-1]["text"]
    assert len(listed) < 4000
    assert listed.count("and Sons") == 12
    assert "And 23 more" in listed
    await robin.open_home()
    seen: list[str] = []
    for _ in range(9):
        home = robin.home or {}
        assert len(home["blocks"]) < 100
        assert len(json.dumps(home["blocks"])) < 250_000
        seen.append(text_of(home))
        if "home_forth" not in str(home):
            break
        await robin.click_home("home_forth")
    assert len(seen) == 5  # 35 that are not put away, eight at a time
    assert "things wait for you" in seen[0]
    assert seen[0].index("Now") < seen[0].index("and Sons")
    for place in range(40):
        on_pages = sum(f"Company {place} and Sons ·" in text for text in seen)
        assert on_pages == (place % 7 != 6), place
    assert "Keeping in touch" in "".join(seen)
    await robin.click_home("home_away")
    away = text_of(robin.home or {})
    assert "Company 6 and" in away
    assert "Company 0 and" not in away
    await robin.click_home("home_away")
    assert "Now" in text_of(robin.home or {})


async def test_a_choice_on_a_later_page_leaves_one_there(robin: Person, over_http: Local) -> None:
    await many_cases(over_http, 40)
    await robin.open_home()
    for _ in range(3):
        await robin.click_home("home_forth")
    assert (robin.home or {})["private_metadata"] == "open:3"
    await robin.click_home("contact_log")
    assert (robin.home or {})["private_metadata"] == "open:3"


async def test_a_window_shows_everything_of_an_offer_and_changes_with_it(robin: Person) -> None:
    await done(robin)
    await robin.open_home()
    await robin.click_home("case_open")
    text = text_of(robin.modal or {})
    for part in ("Philippa Wren", "philippa@zeppelins.example", "The reason you gave",
                 "What happened", "What's ahead", "You reached them and told them",
                 "You marked the email as sent", "Ajar wrote: What to say",
                 "a note to say hello"):  # fmt: skip
        assert part in text, part
    await robin.click("answer_log")
    text = text_of(robin.modal or {})
    assert "✓ They answered" in text
    assert "They answered." in text.partition("What happened")[2]
    await robin.click("rhythm_change")
    robin.fill("rhythm", "yearly")
    await submit(robin)
    assert "✓ Changed" in text_of(robin.modal or {})


def _value(home: dict, action_id: str) -> str:
    """What the first button of this id carries."""
    elements = (element for block in home["blocks"] for element in block.get("elements") or ())
    return next(element["value"] for element in elements if element.get("action_id") == action_id)


async def test_an_offer_is_put_away_taken_up_again_and_erased_alone(robin: Person) -> None:
    await done(robin, raw="")
    await decline(robin, raw="", company="Globex")
    await expect_said(robin, "How did it go?")
    await robin.open_home()
    await robin.click_home("case_open", value=_value(robin.home or {}, "script_show"))
    await robin.click("case_close")
    assert "✓ Put away" in text_of(robin.modal or {})
    await robin.close()
    assert "Globex" not in text_of(robin.home or {})
    await robin.click_home("home_away")
    assert "Globex" in text_of(robin.home or {})
    await robin.click_home("case_open")
    await robin.click("case_reopen")
    assert "They don't know yet" in text_of(robin.modal or {})  # and not "keeping in touch": nobody was told
    await robin.until(lambda: said(robin).count("How did it go?") >= 3, "the script again")
    await robin.click("case_erase")
    assert "Globex · Product Designer" in text_of(robin.modal or {})
    assert await robin.submit()  # the box is not ticked
    robin.fill("confirmed", ["confirmed"])
    assert await robin.submit() is None
    assert "It's erased" in text_of(robin.modal or {})
    await robin.close()
    await robin.open_home()
    home = text_of(robin.home or {})
    assert "Globex" not in home
    assert "Quixotic Zeppelins" in home


async def test_nobody_opens_the_offer_or_the_doubt_of_another(
    robin: Person, marta: Person, over_http: Local
) -> None:
    await many_cases(over_http, 7)
    await in_doubt(over_http)
    await decline(marta, raw="")
    await expect_said(marta, "How did it go?")
    await marta.open_home()
    for act, value in (("case_open", "case0:1"), ("doubt_show", "doubtful"), ("doubt_repeat", "doubtful"),
                       ("case_erase", "case0:1")):  # fmt: skip
        button = {
            "type": "button",
            "text": {"type": "plain_text", "text": "x"},
            "action_id": act,
            "value": value,
        }
        (marta.home or {})["blocks"].append({"type": "actions", "block_id": act, "elements": [button]})
        await marta.click_home(act, value=value)
        assert "can't find this one" in text_of(marta.modal or {}), act
        await marta.close(is_all=True)
    assert "Company 0" not in str(marta.home)
    assert len(await over_http.ajar.store.cases(ROBIN)) == 7
    assert len(await over_http.ajar.store.in_doubt(ROBIN)) == 1


async def in_doubt(both: Local) -> None:
    """One message of which Slack never said whether it arrived."""
    now, store = both.sandbox.clock.now(), both.ajar.store
    post = Post("doubtful", ROBIN, PostKind.NUDGE, now, "doubtful", "case4", "three_months")
    await store.commit(Change(ROBIN, now, posts=(post,)))
    claimed = await store.claim(now, 10, timedelta(minutes=2))
    await store.settle(tuple(Settlement(item, Ending.IN_DOUBT, now) for item in claimed))


async def test_a_message_in_doubt_is_shown_and_sent_again(robin: Person, over_http: Local) -> None:
    await many_cases(over_http, 7)
    await in_doubt(over_http)
    await robin.open_home()
    assert "“Time to say hello” about Company 4 and Sons" in text_of(robin.home or {})
    await robin.click_home("doubt_show")
    assert "Something you could send" in text_of(robin.modal or {})
    await robin.close()
    await robin.click_home("doubt_repeat")
    await expect_said(robin, "Something you could send")
    assert said(robin).count("Something you could send") == 1
    assert "may or may not" not in text_of(robin.home or {})


async def test_a_message_that_did_arrive_is_put_aside(robin: Person, over_http: Local) -> None:
    await many_cases(over_http, 7)
    await in_doubt(over_http)
    await robin.open_home()
    await robin.click_home("doubt_settle")
    assert "may or may not" not in text_of(robin.home or {})
    assert "Something you could send" not in said(robin)


async def test_everything_is_paused_and_resumed_from_home_and_by_word(robin: Person) -> None:
    await done(robin, raw="")
    await robin.open_home()
    await robin.click_home("pause_begin")
    assert "Everything is paused" in text_of(robin.home or {})
    await robin.click_home("pause_end")
    assert "Everything is paused" not in text_of(robin.home or {})
    await robin.say("Stop!")
    await expect_said(robin, "Paused. Ajar won't write")
    await robin.open_home()
    assert "Everything is paused" in text_of(robin.home or {})
    await robin.click("pause_end")
    assert "Ajar writes again when something is due" in said(robin)
    assert "Everything is paused" not in text_of(robin.home or {})


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        ("export_open", "Get the file"),
        ("import_open", "Paste the JSON"),
        ("erase_open", "all of it would go"),
        ("help_open", "leave the door open"),
        ("settings_open", "How and when Ajar writes"),
        ("calendar_open", "address that nobody can guess"),
    ],
)
async def test_what_is_around_the_offers_opens_from_home(robin: Person, button: str, expected: str) -> None:
    await decline(robin, raw="")
    await expect_said(robin, "How did it go?")
    await robin.open_home()
    await robin.click_home(button)
    assert expected in text_of(robin.modal or {})


async def test_the_history_says_why_it_ended(robin: Person) -> None:
    for act, line in (("case_accept", "You said yes to it."), ("case_close", "You put it away.")):
        await decline(robin, raw="", standing="negotiable", company=f"For {act}")
        await expect_said(robin, "Before you say no")
        await robin.open_home()
        await robin.click_home("case_open")
        await robin.click(act)
        assert line in text_of(robin.modal or {})
        assert "You stopped the messages" not in text_of(robin.modal or {})
        await robin.close(is_all=True)


async def test_a_talk_in_person_is_no_call(robin: Person) -> None:
    await decline(robin, plan={"channel": "in_person"})
    await expect_said(robin, "How did it go?")
    await robin.open_home()
    ahead = text_of(robin.home or {}).partition("The next 90 days")[2]
    assert "Acme: the time set for the talk" in ahead
    assert "the time set for the call" not in ahead


async def test_nothing_kept_is_not_called_encrypted(robin: Person) -> None:
    await robin.open_home()
    assert "It's encrypted" not in text_of(robin.home or {})
    await decline(robin)
    await robin.open_home()
    assert "It's encrypted" in text_of(robin.home or {})


async def test_the_hint_about_a_due_answer_stands_only_where_one_is_due(robin: Person) -> None:
    for due_at in (None, START + timedelta(days=3)):
        await robin.command("/decline")
        robin.fill("company", "Acme" if due_at else "Globex")
        robin.fill("role", "Nurse")
        robin.fill("answer_due_at", due_at)
        for _ in range(3):
            await submit(robin)
        assert ("before the answer is due" in str(robin.modal)) is (due_at is not None)
        await submit(robin)


async def test_an_interview_that_was_left_is_gone_on_with_from_home(robin: Person) -> None:
    await robin.command("/decline Globex")
    robin.fill("role", "Nurse")
    await submit(robin)
    await robin.close()
    await robin.open_home()
    assert "You began about Globex" in text_of(robin.home or {})
    await robin.click_home("decline_start")
    await robin.click("interview_go_on")
    assert "raw_words" in str(robin.modal)


async def test_the_usual_rhythm_is_proposed_for_a_new_offer(robin: Person) -> None:
    await robin.command("/decline settings")
    robin.fill("rhythm_usual", "light")
    await submit(robin)
    await decline(robin, raw="")
    await expect_said(robin, "How did it go?")
    await robin.click("call_reached")
    await expect_said(robin, "Your email")
    await robin.click("email_send")
    await expect_said(robin, "six months on")
    assert "three months on" not in said(robin)


async def test_a_note_waits_in_home_until_something_is_done_about_it(robin: Person, over_http: Local) -> None:
    await done(robin, raw="")
    await over_http.sandbox.jump()
    await expect_said(robin, "Something you could send")
    for _ in range(50):  # it is in the DM a moment before it is recorded
        await robin.open_home()
        if "Next: say hello to Philippa Wren" in text_of(robin.home or {}):
            break
    assert "Next: say hello to Philippa Wren" in text_of(robin.home or {})
    await robin.click_home("nudge_skip")
    home = text_of(robin.home or {})
    assert "✓ Skipped" in home
    assert "say hello to" not in home
    assert "Nothing to do just now" in home


async def test_what_was_done_in_home_says_where_to_look(robin: Person) -> None:
    await decline(robin, raw="")
    await expect_said(robin, "How did it go?")
    await robin.open_home()
    await robin.click_home("call_reached")
    assert "Well done. Your email is in Messages." in text_of(robin.home or {})
    await robin.open_home()
    assert "Well done" not in text_of(robin.home or {})


async def test_whoever_paused_everything_gets_nothing_that_they_did_not_ask_for(
    robin: Person, over_http: Local
) -> None:
    due_at = over_http.sandbox.clock.now() + timedelta(days=3)
    await decline(robin, raw="", answer_due_at=due_at)
    await expect_said(robin, "How did it go?")
    await robin.say("pause")
    await expect_said(robin, "Paused. Ajar won't write")
    before = len(robin.dm)
    await over_http.sandbox.move_clock(timedelta(days=2, hours=22))
    for _ in range(200):
        waiting = {post.kind for post in await over_http.ajar.store.upcoming(ROBIN)}
        if PostKind.LAST_CALL not in waiting and not (await over_http.ajar.store.counts()).get("claimed"):
            break
        over_http.ajar.courier.wake()
        await asyncio.sleep(0.05)
    assert PostKind.LAST_CALL not in waiting
    assert len(robin.dm) == before
