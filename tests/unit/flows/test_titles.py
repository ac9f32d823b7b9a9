"""What tells offers of the same company and role from each other."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.coaching.case import Source
from bot.flows.onboarding import meant, named_in
from bot.flows.ports import Post, Preferences, Profile
from bot.flows.replies import Meaning
from bot.flows.titles import LONGEST, is_twin, titles
from bot.flows.visitor import Saying, Visitor
from bot.wording import Words
from tests.making import NOW, ROBIN, a_case, a_post


def _saying(words: Words) -> Saying:
    return Saying(words, Visitor(ROBIN, Profile("Robin", "Europe/Madrid", "en"), Preferences()))


def test_an_offer_without_a_like_is_its_company_and_role(words: Words) -> None:
    found = titles((a_case(id="a"), a_case(id="b", company="Globex")), _saying(words))
    assert found == {"a": "Acme · Product Designer", "b": "Globex · Product Designer"}


def test_they_are_told_apart_by_the_contact_then_by_how_they_came_then_by_the_day(words: Words) -> None:
    def marks(*cases: object) -> list[str]:
        return [item.partition(" (")[2].rstrip(")") for item in titles(cases, _saying(words)).values()]

    dana, bo = a_case(id="a", contact_name="Dana"), a_case(id="b", contact_name="Bo", company="ACME ")
    assert marks(dana, bo) == ["Dana", "Bo"]
    agency = a_case(id="b", source=Source.AGENCY, contact_name="Dana")
    assert marks(dana, agency) == ["from the employer", "through an agency"]
    later = a_case(id="b", contact_name="Dana", created_at=NOW + timedelta(days=3))
    assert marks(dana, later) == ["begun on Tuesday 24 November 2026", "begun on Friday 27 November 2026"]
    soon = a_case(id="b", contact_name="Dana", created_at=NOW + timedelta(minutes=5))
    assert marks(dana, soon)[1] == "begun on Tuesday 24 November at 10:05"
    assert marks(dana, a_case(id="b", contact_name="Dana")) == ["1", "2"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Acme", "acme", "A" * 80]),
            st.sampled_from(["", "Dana", "Dana ", "B" * 80]),
            st.sampled_from(list(Source)),
            st.integers(0, 3),
        ),
        min_size=2,
        max_size=8,
    )
)
def test_no_two_offers_ever_have_the_same_title_and_what_tells_them_apart_is_seen(
    words: Words, given
) -> None:
    cases = [
        a_case(
            id=str(number),
            company=company,
            contact_name=contact,
            source=source,
            created_at=NOW + timedelta(days=day),
        )
        for number, (company, contact, source, day) in enumerate(given)
    ]
    found = titles(cases, _saying(words))
    assert set(found) == {case.id for case in cases}
    shown = [" ".join(title.casefold().split())[:LONGEST] for title in found.values()]
    assert len(set(shown)) == len(shown)


def test_one_that_is_begun_twice_is_noticed_however_it_is_typed() -> None:
    assert is_twin(a_case(), " acme", "product  designer ")
    assert not is_twin(a_case(), "Acme", "Nurse")


def test_a_row_remembers_which_offers_were_named_and_nothing_else() -> None:
    def row(note: str, case_id: str | None = None) -> Post:
        return a_post(note=note, case_id=case_id)

    assert (meant(row("called")), named_in(row("called"))) == ((Meaning.CALLED, ""), ())
    assert (meant(row("called:es")), named_in(row("called:es"))) == ((Meaning.CALLED, "es"), ())
    assert meant(row("called::ab,cd")) == (Meaning.CALLED, "")
    assert named_in(row("called::ab,cd")) == ("ab", "cd")
    assert named_in(row("called", "abcd")) == ("abcd",)
    assert meant(row(":es")) == (Meaning.OTHER, "es")
