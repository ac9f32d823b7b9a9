"""The interview, without a surface."""

import pytest

from bot.coaching.interview import LEFT_OUT
from bot.coaching.reasons import load_catalogue, load_catalogues, load_reader
from bot.flows.decline import Decline, Done, Mistakes, Page
from bot.flows.ports import NotFoundError, StoreUnavailableError
from bot.wiring import template_folder
from bot.wording import Words
from tests.fakes import FakeMessenger, FixedClock, MemoryStore
from tests.making import ROBIN

REASONS = template_folder() / "en" / "reasons"


class ClosedStore(MemoryStore):
    """Nobody may ask it anything."""

    def __getattribute__(self, name: str) -> object:
        if not name.startswith("_"):
            raise StoreUnavailableError(name)
        return super().__getattribute__(name)


def _story(words: Words, store: MemoryStore) -> Decline:
    return Decline(store, FakeMessenger(), words, FixedClock(), load_reader(REASONS), load_catalogue(REASONS))


async def test_what_is_wrong_on_the_first_page_is_said_without_asking_the_store(words: Words) -> None:
    story = _story(words, ClosedStore.__new__(ClosedStore))
    answer = await story.answer(ROBIN, "i1", "offer", {"company": "Acme", "role": ""}, "en-US")
    assert isinstance(answer, Mistakes)
    assert answer.sentences["role"] == words.text("errors.fields.required", "en")
    assert "company" not in answer.sentences


async def test_a_page_that_names_no_locale_is_answered_in_the_persons_own(words: Words) -> None:
    story = _story(words, MemoryStore())
    answer = await story.answer(ROBIN, "i1", "offer", {"company": "Acme", "role": ""})
    assert isinstance(answer, Mistakes)


async def test_a_page_of_an_interview_that_is_gone_is_not_found(words: Words) -> None:
    with pytest.raises(NotFoundError):
        await _story(words, MemoryStore()).answer(ROBIN, "gone", "reasons", {}, "en-US")


async def test_a_page_takes_only_what_it_asks_for_and_a_moment_that_is_none_is_not_given(
    words: Words,
) -> None:
    store = MemoryStore()
    story = _story(words, store)
    offer = {"company": "Acme", "role": "Nurse", "source": "employer", "form": "written", "standing": "final",
             "commitment": "nothing", "door": "warm"}  # fmt: skip
    soon = "2027-01-04T10:00:00"
    await story.answer(ROBIN, "i1", "offer", {**offer, "answer_due_at": soon, "call_at": "later"})
    await story.answer(ROBIN, "i1", "reasons", {"picked": ["compensation"], "answer_due_at": "then"})
    given = {"own:compensation": "Not now", "shared": ["compensation"], "company": "Globex", "call_at": "x"}
    assert isinstance(await story.answer(ROBIN, "i1", "wording", given), Page)
    held = await store.interview(ROBIN, "i1")
    assert held is not None
    assert held.answers["company"] == "Acme"
    assert held.answers["own:compensation"] == "Not now"
    assert held.answers["answer_due_at"] == ""  # a moment without an offset is none
    assert "call_at" not in held.answers


async def test_raw_words_in_another_language_give_no_reasons_and_it_is_said_in_both(words: Words) -> None:
    store, catalogue = MemoryStore(), load_catalogues(template_folder())
    story = Decline(store, FakeMessenger(), words, FixedClock(), load_reader(REASONS), catalogue)
    offer = {"company": "Acme", "role": "Nurse", "source": "employer", "form": "written"}
    offer |= {"standing": "final", "commitment": "nothing", "door": "warm"}
    await story.answer(ROBIN, "i1", "offer", offer, "en-US")
    raw = "el sueldo es muy bajo y está lejos, no me compensa"
    answer = await story.answer(ROBIN, "i1", "reasons", {"raw_words": raw}, "en-US")
    assert isinstance(answer, Page)
    told = "\n".join(notice.text for notice in answer.screen.notices)
    assert "Ajar reads blunt words in English only" in told
    assert "¿Prefieres español?" in told
    assert not answer.screen.fields
    kept = await store.interview(ROBIN, "i1")
    assert kept is not None
    assert kept.answers["understood"] == []


async def test_nobody_finds_a_reason_that_they_never_gave(words: Words) -> None:
    store = MemoryStore()
    story = _story(words, store)
    offer = {"company": "Acme", "role": "Nurse", "source": "employer", "form": "written"}
    offer |= {"standing": "final", "commitment": "nothing", "door": "warm"}
    await story.answer(ROBIN, "i1", "offer", offer, "en-US")
    await story.answer(ROBIN, "i1", "reasons", {"raw_words": "Your CEO gives me the creeps"}, "en-US")
    kept = await store.interview(ROBIN, "i1")
    assert kept is not None
    assert kept.answers["understood"] == ["management_fit"]


@pytest.mark.parametrize("interview_id", ["", "::", "i1:2", "a b", "<i>"])
async def test_an_id_that_is_none_of_ours_is_not_found(words: Words, interview_id: str) -> None:
    with pytest.raises(NotFoundError):
        await _story(words, MemoryStore()).answer(ROBIN, interview_id, "offer", {"company": "Acme"}, "en-US")


OFFER = {"company": "Acme", "role": "Nurse", "source": "employer", "form": "written", "standing": "final",
         "commitment": "nothing", "door": "warm"}  # fmt: skip


async def test_own_words_that_jar_are_named_once_more_and_join_the_sentence(words: Words) -> None:
    store = MemoryStore()
    story = _story(words, store)
    await story.answer(ROBIN, "i1", "offer", OFFER)
    await story.answer(ROBIN, "i1", "reasons", {"picked": ["compensation"]})
    own = {"own:compensation": "because the pay sucks 💩", "shared": ["compensation"]}
    page = await story.answer(ROBIN, "i1", "wording", own)
    assert isinstance(page, Page)
    shown = "\n".join(notice.text for notice in page.screen.notices)
    assert "“because the pay sucks 💩”: they don't begin with “I”" in shown
    assert "read as a reproach" in shown
    done = await story.answer(ROBIN, "i1", "plan", {"channel": "phone", "tone": "warm", "rhythm": "steady"})
    assert isinstance(done, Done)
    assert [reason.wording for reason in done.case.shared_reasons] == ["the pay sucks 💩"]


@pytest.mark.parametrize(
    ("picked", "shared"),
    [
        (["compensation"], ["compensation"]),
        (["workload_hours", "compensation"], ["compensation"]),
        (["family_caregiving", "management_fit"], []),
        (["culture_team_fit", "workload_hours"], ["workload_hours"]),
        (["health_wellbeing"], []),
    ],
)
async def test_neither_a_private_matter_nor_what_is_hard_to_walk_back_is_shared_unless_it_is_chosen(
    picked: list[str], shared: list[str], words: Words
) -> None:
    story = _story(words, MemoryStore())
    await story.answer(ROBIN, "i1", "offer", OFFER)
    page = await story.answer(ROBIN, "i1", "reasons", {"picked": picked})
    assert isinstance(page, Page)
    assert next(field.initial for field in page.screen.fields if field.id == "shared") == shared


async def _worded(words: Words, raw: str, interview_id: str = "i1") -> tuple[Decline, Page]:
    story = _story(words, MemoryStore())
    await story.answer(ROBIN, interview_id, "offer", OFFER)
    page = await story.answer(ROBIN, interview_id, "reasons", {"raw_words": raw})
    assert isinstance(page, Page)
    return story, page


def _initials(page: Page) -> dict[str, object]:
    return {field.id: field.initial for field in page.screen.fields}


@pytest.mark.parametrize("interview_id", [f"i{number}" for number in range(8)])
@pytest.mark.parametrize("category_id", list(load_catalogue(REASONS).categories))
async def test_what_is_chosen_in_advance_says_no_more_than_the_reason(
    interview_id: str, category_id: str, words: Words
) -> None:
    story = _story(words, MemoryStore())
    await story.answer(ROBIN, interview_id, "offer", OFFER)
    page = await story.answer(ROBIN, interview_id, "reasons", {"picked": [category_id]})
    assert isinstance(page, Page)
    assert _initials(page)[f"wording:{category_id}"] in load_catalogue(REASONS)[category_id].phrasings


@pytest.mark.parametrize(
    "raw",
    [
        "I got a better offer but I have not accepted it yet. I'm lying about my degree.",
        "i got a better offer from Google for 200k",
    ],
)
async def test_a_better_offer_is_not_said_to_be_accepted(raw: str, words: Words) -> None:
    story, page = await _worded(words, raw)
    assert set(_initials(page)) == {"wording:accepted_other_offer", "own:accepted_other_offer", "shared"}
    given = {name: value for name, value in _initials(page).items() if value}
    await story.answer(ROBIN, "i1", "wording", given)
    done = await story.answer(ROBIN, "i1", "plan", {"channel": "phone", "tone": "warm", "rhythm": "steady"})
    assert isinstance(done, Done)
    said = " ".join(reason.wording for reason in done.case.reasons)
    assert "another opportunity" in said
    assert not any(claim in said for claim in ("accepted", "committed", "chosen", "training"))


async def test_a_guess_is_left_out_until_words_are_chosen_for_it(words: Words) -> None:
    story, page = await _worded(words, "he took the counter offer back")
    assert _initials(page)["wording:staying_current_counteroffer"] == LEFT_OUT
    assert "staying_current_counteroffer" not in (_initials(page)["shared"] or [])
    told = [notice.text for notice in page.screen.notices]
    assert words.text("interview.wording.guessed", "en") in told
    given = {name: value for name, value in _initials(page).items() if value}
    ticked = await story.answer(ROBIN, "i1", "wording", {**given, "shared": ["staying_current_counteroffer"]})
    assert isinstance(ticked, Mistakes)
    assert set(ticked.sentences) == {"wording:staying_current_counteroffer"}
    own = {
        **given,
        "own:staying_current_counteroffer": "I am staying",
        "shared": ["staying_current_counteroffer"],
    }
    assert isinstance(await story.answer(ROBIN, "i1", "wording", own), Page)


@pytest.mark.parametrize("raw", ["the manager hit on me, and the pay is low", "my boss found out"])
async def test_nothing_is_chosen_in_advance_for_somebody_in_trouble(raw: str, words: Words) -> None:
    _, page = await _worded(words, raw)
    chosen = {name: value for name, value in _initials(page).items() if name.startswith("wording:")}
    assert set(chosen.values()) <= {LEFT_OUT}
    assert _initials(page).get("shared") in ([], None)


async def test_the_name_of_whoever_made_the_offer_is_no_warning(words: Words) -> None:
    why = words.text("flags.named_party.why", "en")
    for raw, is_warned in (("Priya was lovely, the pay is too low", False), ("Gareth pays me more", True)):
        story = _story(words, MemoryStore())
        await story.answer(ROBIN, "i1", "offer", {**OFFER, "contact_name": "Priya Raman"})
        page = await story.answer(ROBIN, "i1", "reasons", {"raw_words": raw})
        assert isinstance(page, Page)
        assert any(why in notice.text for notice in page.screen.notices) is is_warned
