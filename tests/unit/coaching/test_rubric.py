"""Every rule of the rubric bites: a draft that passes, changed in one thing, breaks that rule."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest

from bot.case_file import MONTHS
from bot.coaching.case import Case, Circumstance, EventKind, OfferForm, Outcome, Reason, Source, Tone
from bot.coaching.drafts import Draft, DraftKind, facts_for
from bot.coaching.rubric import LENGTHS, RULES, check, words_in
from bot.wording import Words
from tests.making import NOW, PAY, a_case

SECRET = Reason("health_wellbeing", "I'm making my wellbeing a priority", is_shared=False)
FULL = {"contact_name": "Dana O'Neil", "own_name": "Robin Reyes", "own_phone": "+1 555 010 2244"}
DOOR = "If the salary range changes, I'd be glad to talk again."
Change = Callable[[str], str]


def _case(kind: DraftKind) -> Case:
    case = a_case(reasons=(PAY, SECRET), tone=Tone.WARM, **FULL)
    return case.with_event(EventKind.CALL, NOW, Outcome.REACHED) if kind is DraftKind.EMAIL else case


def _sound(words: Words, kind: DraftKind) -> tuple[Draft, Case]:
    case = _case(kind)
    now = NOW + timedelta(days=30.44 * MONTHS.get(kind, 0))
    return words.draft(kind, facts_for(case, door_open=DOOR, now=now, zone=UTC), "en", case.id), case


def _without(*parts: str) -> Change:
    def change(body: str) -> str:
        for part in parts:
            assert part in body, part
            body = body.replace(part, "")
        return body

    return change


def _sentences_out(*words: str) -> Change:
    """Without the sentences that hold one of these words."""

    def change(body: str) -> str:
        paragraphs = []
        for paragraph in body.split("\n\n"):
            kept = [item for item in paragraph.split(". ") if not any(word in item for word in words)]
            paragraphs.append(". ".join(kept))
        return "\n\n".join(item for item in paragraphs if item)

    return change


def _decision_late(body: str) -> str:
    return f"So. Well. Right. {body}"


def _no_decision(body: str) -> str:
    return body.replace("decid", "wonder").replace("decline", "like").replace("not ", "")


def _turned_round(body: str) -> str:
    hello, *parts = body.split("\n\n")
    return "\n\n".join([hello, *reversed(parts[:3])])


def _nothing_fresh(body: str) -> str:
    for word in ("year", "month", "season", "event", "latest"):
        body = body.replace(word, "_")
    return body


EMAIL, SCRIPT, VOICEMAIL = DraftKind.EMAIL, DraftKind.PHONE_SCRIPT, DraftKind.VOICEMAIL
THREE, SIX, TWELVE = DraftKind.NUDGE_THREE_MONTHS, DraftKind.NUDGE_SIX_MONTHS, DraftKind.NUDGE_TWELVE_MONTHS
BROKEN: tuple[tuple[str, DraftKind, Change], ...] = (
    ("placeholder", EMAIL, lambda body: body + " Dear [name]."),
    ("placeholder", SCRIPT, lambda body: body + " {{ company }}"),
    ("one_decline", EMAIL, lambda body: body + " So I decline."),
    ("one_decline", SCRIPT, _no_decision),
    ("one_decline", VOICEMAIL, lambda body: body + " I have to decline."),
    ("private", EMAIL, lambda body: body + f" Also, {SECRET.wording}."),
    ("no_figure", EMAIL, lambda body: body + " You offered $90,000."),
    ("no_figure", SCRIPT, lambda body: body + " I need 20% more."),
    ("no_rival", EMAIL, lambda body: body + " I'm joining Globex."),
    ("kind", EMAIL, lambda body: body + " Your process was a mess."),
    ("kind", SCRIPT, lambda body: body + " You never called back."),
    ("clear", EMAIL, lambda body: body + " Unless you change it."),
    ("clear", SCRIPT, lambda body: body + " I might reconsider."),
    ("same_reason", EMAIL, lambda body: body.replace(PAY.wording, "I have other plans")),
    ("few_reasons", EMAIL, lambda body: body + " On top of that, there is the office."),
    ("in_order", SCRIPT, _decision_late),
    ("in_order", EMAIL, _turned_round),
    ("says_who", SCRIPT, lambda body: body.replace("this is Robin Reyes, calling", "I'm calling")),
    ("says_who", TWELVE, lambda body: body.replace("Robin Reyes", "someone")),
    ("number", VOICEMAIL, lambda body: body.replace("+1 555 010 2244", "my number", 1)),
    ("number", EMAIL, _without("+1 555 010 2244")),
    ("sober", VOICEMAIL, lambda body: body + " Exciting times."),
    ("sober", VOICEMAIL, lambda body: body + " Bye!"),
    ("refers_to_call", EMAIL, _sentences_out("speak", "talk", "As I", "last time", "told", "call")),
    ("what_would_change", EMAIL, _sentences_out("If ", "if ", "changes", "change", "soon as")),
    ("too_short", EMAIL, lambda _: "I've decided to decline the offer."),
    ("too_long", VOICEMAIL, lambda body: body + " And" + " so on" * 30),
    ("one_apology", EMAIL, lambda body: body + " Sorry. I'm so sorry."),
    ("no_empty_phrase", SIX, lambda body: body + " Just checking in."),
    ("no_empty_phrase", SIX, lambda body: body + " I'm circling back."),
    ("no_empty_phrase", SIX, lambda body: body + " Touching base."),
    ("calm", EMAIL, lambda body: body + " Thanks! Bye!"),
    ("one_question", SIX, lambda body: body + " And you?"),
    ("one_question", THREE, lambda body: body.replace("?", ".")),
    ("no_job_ask", SIX, lambda body: body + " Are you hiring"),
    ("stored_fact", SIX, lambda body: body.replace("Acme", "you").replace("Product Designer", "one")),
    ("fresh_fact", SIX, _nothing_fresh),
    ("occasion", THREE, lambda _: "We talked about Acme this year. How are you?"),
    ("occasion", SIX, lambda body: body.replace("usiness", "_").replace("hings", "_").replace("going", "_")),
    ("occasion", TWELVE, lambda _: "We talked about Acme. How are you?"),
    ("nothing_invented", VOICEMAIL, lambda body: body + " I'm free today until six."),
    ("nothing_invented", EMAIL, lambda body: body + " You gave me a fair picture."),
    ("nothing_invented", SIX, lambda body: body + " I enjoyed our talks."),
    ("no_guilt", TWELVE, lambda body: body + " I've been quiet for a long time."),
    ("no_guilt", TWELVE, lambda body: body + " I haven't been much of a correspondent."),
    ("tone", EMAIL, lambda body: body + " I am writing to say so."),
    ("reads_well", EMAIL, lambda body: body + " Thank you you."),
    ("reads_well", EMAIL, lambda body: body + " It was a honest talk , really."),
    ("reads_well", EMAIL, lambda body: body + " It is a offer."),
    ("reads_well", EMAIL, lambda body: body + " I say it plainly: I know: it is late."),
)  # fmt: skip


@pytest.mark.parametrize(("rule", "kind", "change"), BROKEN)
def test_a_broken_draft_is_caught_by_the_rule_it_breaks(
    rule: str, kind: DraftKind, change: Change, words: Words
) -> None:
    draft, case = _sound(words, kind)
    assert check(draft, kind, case, words.patterns("en")) == ()
    assert rule in check(replace(draft, body=change(draft.body)), kind, case, words.patterns("en"))


@pytest.mark.parametrize(
    "subject",
    [
        "Declining your offer",
        "",
        "Hello",
        "Your offer for the Product Designer role at Acme, and why I said no",
    ],
)
def test_a_subject_names_the_role_or_a_person_and_is_short(subject: str, words: Words) -> None:
    draft, case = _sound(words, EMAIL)
    assert "subject" in check(replace(draft, subject=subject), EMAIL, case, words.patterns("en"))


def test_formal_has_no_short_forms_and_what_a_person_wrote_is_theirs(words: Words) -> None:
    draft, case = _sound(words, EMAIL)
    formal = replace(case, plan=replace(case.plan, tone=Tone.FORMAL))
    said = replace(draft, body=draft.body + " I'd enjoy that, since you gave me a fair picture.")
    patterns = words.patterns("en")
    assert {"tone", "nothing_invented"} <= set(check(said, EMAIL, formal, patterns))
    own = replace(formal, edits=((EMAIL.value, '["", "mine"]'),))
    assert not {"tone", "nothing_invented"} & set(check(said, EMAIL, own, patterns))


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"form": OfferForm.NONE_YET}, "I've turned down another offer."),
        ({"circumstances": frozenset({Circumstance.NO_PHONE})}, "Name a time and I'll call."),
        ({"source": Source.INTERNAL}, "Please consider my application closed."),
    ],
)
def test_what_is_not_so_in_this_case_is_caught_unless_the_person_wrote_it(
    facts: dict[str, Any], said: str, words: Words
) -> None:
    case, patterns = a_case(tone=Tone.WARM, **facts), words.patterns("en")
    draft = words.draft(EMAIL, facts_for(case, door_open=DOOR, now=NOW, zone=UTC), "en", case.id)
    assert "fits_case" not in check(draft, EMAIL, case, patterns)
    more = replace(draft, body=f"{draft.body} {said}")
    assert "fits_case" in check(more, EMAIL, case, patterns)
    assert "fits_case" not in check(more, EMAIL, a_case(tone=Tone.WARM), patterns)
    own = replace(case, edits=((EMAIL.value, '["", "mine"]'),))
    assert "fits_case" not in check(more, EMAIL, own, patterns)


def test_every_rule_has_a_draft_that_breaks_it() -> None:
    assert {rule for rule, _, _ in BROKEN} | {"subject", "fits_case"} == set(RULES)


def test_every_kind_has_its_length() -> None:
    assert set(LENGTHS) == set(DraftKind)


def test_words_are_counted_as_one_says_them() -> None:
    assert words_in("I've got a well-kept O'Neil file, 李 says: 10 of 12.") == 11
