"""The notes of the years: none repeats the one before, each follows on from what happened."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import combinations, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coaching import cadence
from bot.coaching.case import Case, EventKind, Occasion, Outcome, Reason, Rhythm, Stage, Tone
from bot.coaching.drafts import EVENT_NAME, OWN_LINE, Draft
from bot.coaching.reasons import Catalogue, load_catalogues, load_reader
from bot.coaching.rubric import SENTENCE, check
from bot.flows import calling, reconnecting
from bot.flows.acts import Act
from bot.flows.agenda import agenda
from bot.flows.drafting import Drafting, kept_text
from bot.flows.openings import nudge_posts
from bot.flows.ports import Letter, Preferences, Profile
from bot.flows.sheet import Sheet
from bot.flows.timing import allowed_at
from bot.flows.visitor import Saying, Visitor
from bot.wiring import template_folder
from bot.wording import Words
from tests.making import NOW, ROBIN, a_case

DAY = timedelta(days=1)
WALLS = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))
DECADE = 3653 * DAY


def _sheet(words: Words, catalogue: Catalogue, case: Case, now: datetime, note: str, locale: str) -> Sheet:
    saying = Saying(words, Visitor(ROBIN, Profile("Robin", "Europe/Madrid", locale), Preferences()))
    return Sheet(case, saying, now, Drafting(words, catalogue), catalogue.of(locale), note)


def _draft_in(letter: Letter) -> str:
    return next(passage.text for passage in letter.passages if passage.form == "draft")


def _said(letter: Letter) -> str:
    return "\n".join(passage.text for passage in letter.passages)


def _told(**given: object) -> Case:
    case = a_case(contact_name="Dana O'Neil", own_name="Robin", **given)
    return case.with_event(EventKind.CALL, NOW + DAY, Outcome.REACHED).with_event(
        EventKind.EMAIL_SENT, NOW + 2 * DAY
    )


NUMBERS = (
    "an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|un|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|\d+"
)
SPAN = re.compile(
    rf"\b(?:{NUMBERS}) (?:months?|years?|mes|meses|años?)(?: and a half| y medio)?\b"
    r"|\b(?:a short while|some time|poco|un tiempo)\b",
    re.I,
)
FOLLOWING_ON = re.compile(
    "hear from you|your answer|respuesta|respondiera|alegró tener noticias|alegró saber de ti", re.I
)
AGAIN = re.compile(
    r"yearly|\bagain\b|another|once a year|cada año|vez al año|otra vez|otro (?:año|saludo)|robin de nuevo",
    re.I,
)
LATE = {Occasion.TWELVE_MONTHS, Occasion.YEARLY}
ZONES = ["Europe/Madrid", "America/Los_Angeles", "Pacific/Auckland"]


@dataclass(frozen=True)
class Note:
    """One of the notes of the years, with the case that it was written for."""

    case: Case
    at: datetime
    occasion: Occasion
    header: str
    draft: Draft

    @property
    def said(self) -> str:
        """Its words, whatever the time that has gone by."""
        return SPAN.sub("N", f"{self.draft.subject}\n{self.draft.body}")

    @property
    def sentences(self) -> set[str]:
        """Those of some length."""
        lines = SPAN.sub("N", self.draft.body).splitlines()
        return {item for line in lines for item in SENTENCE.split(line) if len(item.split()) > 6}


@cache
def _books() -> tuple[Words, Catalogue]:
    return Words(template_folder()), load_catalogues(template_folder())


def _notes(
    case: Case, acts: Iterable[str], zone: str, locale: str, words: Words, catalogue: Catalogue
) -> list[Note | None]:
    """The notes of many years, as they come, or None where it asks how often; acts: what is done then."""
    visitor = Visitor(ROBIN, Profile("Robin", zone, locale), Preferences())
    notes: list[Note | None] = []
    now = case.last_contact_at
    for act in acts:
        (occasion, now), (_, following), *_ = cadence.reconnect_plan(
            case, now, visitor.zone, cadence.Calendar(), years=20
        )
        saying, drafting = Saying(words, visitor), Drafting(words, catalogue)
        sheet = Sheet(case, saying, now, drafting, catalogue.of(locale), occasion)
        passages = reconnecting.nudge(sheet).passages
        if any(passage.form == "draft" for passage in passages):
            draft = sheet.draft(reconnecting.NUDGES[occasion])
            notes.append(Note(case, now, occasion, passages[1].text, draft))
        else:
            notes.append(None)
        if act in {"writes", "hears"}:
            case = case.with_event(EventKind.CONTACT, now + timedelta(hours=1))
        if act == "hears":
            case = case.with_event(EventKind.REPLIED, now + DAY)
        if act == "meets":  # and the next note is left out
            case = case.with_event(EventKind.CONTACT, following - 9 * DAY)
    return notes


@given(
    acts=st.lists(st.sampled_from(["skips", "skips", "writes", "hears", "meets"]), min_size=11, max_size=11),
    told=st.integers(0, 23).map(lambda hours: NOW + DAY + timedelta(hours=hours)),
    number=st.integers(0, 99),
    tone=st.sampled_from(list(Tone)),
    locale=st.sampled_from(["en", "es"]),
    rhythm=st.sampled_from([Rhythm.CLOSE, Rhythm.STEADY, Rhythm.YEARLY]),
    zone=st.sampled_from(ZONES),
)
def test_no_note_of_the_years_repeats_the_one_before_and_no_two_yearly_ones_are_alike(
    acts: list[str],
    told: datetime,
    number: int,
    tone: Tone,
    locale: str,
    rhythm: Rhythm,
    zone: str,
) -> None:
    words, catalogue = _books()  # no fixtures, which would fill pages in the report of a failure
    calm = [act if before != "meets" else "skips" for before, act in pairwise(["", *acts])]
    case = a_case(id=f"case{number}", tone=tone, rhythm=rhythm, contact_name="Dana O'Neil", own_name="Robin")
    case = case.with_event(EventKind.CALL, told, Outcome.REACHED).with_event(EventKind.EMAIL_SENT, told)
    told_of = _notes(case, calm, zone, locale, words, catalogue)
    for one, other in pairwise(told_of):
        if one and other:
            assert one.sentences & other.sentences == set()
            assert one.draft.subject != other.draft.subject
    notes = [note for note in told_of if note]
    yearly = [note for note in notes if note.occasion is Occasion.YEARLY]
    for one, other in combinations(yearly, 2):
        assert one.said != other.said or other.at - one.at > DECADE
    for note in notes:
        assert ("follows on" in note.header or "parte de ahí" in note.header) is (
            FOLLOWING_ON.search(note.draft.body) is not None
        )
        kinds = {event.kind for event in note.case.history}
        if note.occasion in LATE and not kinds & {EventKind.CONTACT, EventKind.REPLIED}:
            assert not AGAIN.search(note.said), note.said
        kind = reconnecting.NUDGES[note.occasion]
        assert check(note.draft, kind, note.case, words.patterns(locale)) == (), note.draft.body


@pytest.mark.parametrize("locale", ["en", "es"])
@pytest.mark.parametrize("tone", list(Tone))
@pytest.mark.parametrize("number", range(4))
def test_whoever_was_answered_once_reads_of_it_in_every_later_note(
    number: int, tone: Tone, locale: str, words: Words, catalogue: Catalogue
) -> None:
    case = _told(id=f"case{number}", tone=tone).with_event(EventKind.REPLIED, NOW + 196 * DAY)
    notes = _notes(case, ["skips"] * 8, "Europe/Madrid", locale, words, catalogue)
    for note in filter(None, notes):
        assert FOLLOWING_ON.search(note.draft.body), note.draft.body


@pytest.mark.parametrize(("locale", "since"), [("en", "three months ago"), ("es", "hace tres meses")])
def test_a_note_after_an_answer_follows_on_from_it(
    locale: str, since: str, words: Words, catalogue: Catalogue
) -> None:
    for tone in Tone:
        quiet = _told(tone=tone).with_event(EventKind.CONTACT, NOW + 92 * DAY)
        heard = quiet.with_event(EventKind.REPLIED, NOW + 95 * DAY)
        before, after = (
            _draft_in(
                reconnecting.nudge(_sheet(words, catalogue, case, NOW + 182 * DAY, "six_months", locale))
            )
            for case in (quiet, heard)
        )
        assert since in after
        assert since not in before


def test_a_note_dates_from_when_they_told_them(words: Words, catalogue: Catalogue) -> None:
    case = _told()
    text = _said(reconnecting.nudge(_sheet(words, catalogue, case, NOW + 92 * DAY, "three_months", "en")))
    assert "You turned down Product Designer at Acme on Wednesday 25 November 2026" in text
    assert "Last contact: Thursday 26 November 2026" in text
    heard = case.with_event(EventKind.REPLIED, NOW + 40 * DAY)
    text = _said(reconnecting.nudge(_sheet(words, catalogue, heard, NOW + 92 * DAY, "three_months", "en")))
    assert "They answered you on Sunday 3 January 2027" in text


def test_news_gets_its_full_stop_and_is_in_no_later_note_unasked(words: Words, catalogue: Catalogue) -> None:
    case = kept_text(_told(), OWN_LINE, "we've just moved to Leeds")
    asked = reconnecting.personal(_sheet(words, catalogue, case, NOW + 92 * DAY, "", "en"))
    later = reconnecting.nudge(_sheet(words, catalogue, case, NOW + 182 * DAY, "six_months", "en"))
    assert "We've just moved to Leeds. " in _draft_in(asked)
    assert "Leeds" not in _said(later)


def test_news_is_read_by_the_tone_coach(words: Words, catalogue: Catalogue) -> None:
    read = load_reader(template_folder() / "en" / "reasons").read
    for line, is_warned in (("left them, your CEO is an idiot", True), ("we've just moved to Leeds", False)):
        case = kept_text(_told(), OWN_LINE, line)
        sheet = _sheet(words, catalogue, case, NOW + 92 * DAY, "", "en")
        said = _said(reconnecting.personal(replace(sheet, drafting=replace(sheet.drafting, read=read))))
        assert ("Worth another look" in said) is is_warned


def test_in_spanish_a_reason_goes_on_within_the_sentence(words: Words, catalogue: Catalogue) -> None:
    held = catalogue.of("es")
    names = ("compensation", "role_fit")
    reasons = tuple(Reason(name, held[name].phrasings[0]) for name in names)
    text = _said(calling.card(_sheet(words, catalogue, a_case(reasons=reasons), NOW, "", "es")))
    assert "Dirás: busco una remuneración" in text
    assert "; busco un puesto" in text


@given(
    begun=st.datetimes(datetime(2026, 1, 1), datetime(2031, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from(["America/Chicago", "Europe/Madrid", "Asia/Kolkata", "Australia/Lord_Howe"]),
    since=WALLS,
    until=WALLS,
)
def test_the_plan_and_home_and_the_calendar_promise_the_moment_at_which_a_note_comes(
    begun: datetime, zone: str, since: time, until: time, words: Words, catalogue: Catalogue
) -> None:
    case = a_case(created_at=begun, stage=Stage.IN_TOUCH).with_event(EventKind.EMAIL_SENT, begun)
    visitor = Visitor(ROBIN, Profile("Robin", zone, "en"), Preferences(quiet_from=since, quiet_until=until))
    saying = Saying(words, visitor)
    posts = nudge_posts(case, begun, visitor, "mark")
    promised = {entry.id: entry.at for entry in agenda((case,), posts, begun, visitor)}
    for post in posts:
        moment = promised[post.id]
        assert allowed_at(post, visitor, post.due_at, None) == moment
        for taken in (post, replace(post, place_at=moment, due_at=moment)):  # held until then, or asleep
            later = moment + timedelta(seconds=30)
            assert allowed_at(taken, visitor, later, None) == later
    sheet = Sheet(case, saying, begun, Drafting(words, catalogue), catalogue.of("en"))
    lines = [line for line in _said(reconnecting.plan(sheet)).splitlines() if line.startswith("• ")]
    assert lines
    for post, line in zip(posts, lines, strict=False):
        assert line.startswith(f"• {saying.day(promised[post.id])} (")


@pytest.mark.parametrize(("locale", "rest"), [("en", "Stop the reminders"), ("es", "Parar los avisos")])
def test_once_a_year_is_not_proposed_to_whoever_is_written_to_once_a_year(
    locale: str, rest: str, words: Words, catalogue: Catalogue
) -> None:
    case = _told(rhythm=Rhythm.CLOSE)
    for days in (30, 92):
        case = case.with_event(EventKind.CONTACT, NOW + days * DAY)
    for days, occasion in ((182, "six_months"), (365, "twelve_months"), (1461, "yearly"), (1475, "")):
        letter = reconnecting.nudge(_sheet(words, catalogue, case, NOW + days * DAY, occasion, locale))
        acts = {item.action for item in letter.choices}
        assert (Act.SILENCE_YEARLY in acts) is (occasion == "six_months")
        if occasion != "six_months":
            assert _draft_in(letter)
            assert Act.NUDGE_STOP in acts
            assert rest in _said(letter)


@pytest.mark.parametrize("locale", ["en", "es"])
def test_every_reminder_says_which_offer_it_is_about(locale: str, words: Words, catalogue: Catalogue) -> None:
    due = {"contact_name": "Mo Khan", "answer_due_at": NOW + DAY}
    for stage, writer, note in (
        (Stage.TELLING, calling.remind_call, ""),
        (Stage.TELLING, calling.remind_call, "again"),
        (Stage.TELLING, calling.remind_call, "still"),
        (Stage.FOLLOWING_UP, calling.remind_email, ""),
        (Stage.TELLING, calling.last_call, ""),
        (Stage.TELLING, calling.overdue, ""),
        (Stage.HELD, calling.overdue, ""),
        (Stage.SIGNED, calling.overdue, ""),
        (Stage.HELD, calling.held, "due"),
        (Stage.SIGNED, calling.signed, "due"),
    ):
        letter = writer(_sheet(words, catalogue, a_case(stage=stage, **due), NOW, note, locale))
        assert letter.passages[0].text == "Acme · Product Designer"


def test_no_draft_claims_to_know_the_time_of_day() -> None:
    drafts = [item for locale in ("en", "es") for item in (template_folder() / locale / "drafts").iterdir()]
    hours = re.compile(r"buen[oa]s (días|tardes|noches)|good (morning|afternoon|evening)", re.IGNORECASE)
    assert len(drafts) > 6
    assert [item.name for item in drafts if hours.search(item.read_text())] == []


@pytest.mark.parametrize("locale", ["en", "es"])
def test_only_the_reason_that_was_asked_about_has_changed(
    locale: str, words: Words, catalogue: Catalogue
) -> None:
    held = catalogue.of(locale)
    commute, pay = (Reason(name, held[name].phrasings[0]) for name in ("location_commute", "compensation"))
    case = _told(reasons=(commute, pay))
    sheet = _sheet(words, catalogue, case, NOW + 92 * DAY, "", locale)
    asked = next(item for item in (commute, pay) if held[item.category_id].ask_later == sheet.question)
    other = pay if asked is commute else commute
    letter = reconnecting.reapproach(sheet)
    drafts = [passage.text for passage in letter.passages if passage.form == "draft"]
    assert len(drafts) == 2
    topics = {"location_commute": "the commute|el trayecto", "compensation": "the pay|el sueldo"}
    for draft in drafts:
        assert re.search(topics[asked.category_id], draft)
        assert not re.search(topics[other.category_id], draft)
    assert (
        other.wording.casefold() in letter.passages[-1].text.casefold()
    )  # to be put in, if that is what changed


def test_a_note_about_an_event_does_not_claim_to_follow_on_from_an_answer(
    words: Words, catalogue: Catalogue
) -> None:
    case = kept_text(_told().with_event(EventKind.REPLIED, NOW + 40 * DAY), EVENT_NAME, "PyCon")
    text = _said(reconnecting.nudge(_sheet(words, catalogue, case, NOW + 106 * DAY, "", "en")))
    assert "PyCon" in text
    assert "They answered you on Sunday 3 January 2027." in text
    assert "follows on" not in text


@pytest.mark.parametrize(("locale", "way_out"), [("en", "Stop the reminders"), ("es", "Parar los avisos")])
def test_whoever_leaves_two_notes_alone_reads_in_the_next_how_to_end_them(
    locale: str, way_out: str, words: Words, catalogue: Catalogue
) -> None:
    case = _told(rhythm=Rhythm.STEADY)
    dates = [
        moment
        for _, moment in cadence.reconnect_plan(case, NOW + 3 * DAY, ZoneInfo(ZONES[0]), cadence.Calendar())
    ]
    letters = [reconnecting.nudge(_sheet(words, catalogue, case, date, "", locale)) for date in dates]
    assert [way_out in _said(letter) for letter in letters] == [False, False, True, True, True]
    acted = case.with_event(EventKind.SNOOZED, dates[1])
    assert way_out not in _said(reconnecting.nudge(_sheet(words, catalogue, acted, dates[2], "", locale)))
