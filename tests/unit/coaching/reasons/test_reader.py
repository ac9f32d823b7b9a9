"""The reader on texts as people type them."""

import time
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coaching.reasons import FlagKind, Reader, load_catalogue, load_reader
from bot.coaching.reasons.knowledge import load_knowledge
from bot.coaching.reasons.noticing import IN_TWO, sentences
from tests.measure import REASONS, lines_of, score


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader(REASONS)


def offered(reader: Reader, text: str) -> list[str]:
    return [item.category_id for item in reader.read(text).suggestions]


def warned(reader: Reader, text: str) -> set[FlagKind]:
    return {finding.kind for finding in reader.read(text).findings}


@pytest.mark.parametrize(
    ("text", "category_ids"),
    [
        (
            "the pay is a joke and my wife won't move to Denver",
            {"compensation", "relocation", "partner_career"},
        ),
        ("salery is 2 low tbh", {"compensation"}),
        ("ninety minutes each way on two trains, no thanks", {"location_commute"}),
        ("they don't sponsor visas", {"visa_immigration"}),
        ("my boss matched it so im staying", {"staying_current_counteroffer"}),
        ("I signed with another company yesterday", {"accepted_other_offer"}),
        ("Nights, weekends and on-call. Who wouldn't want that.", {"workload_hours"}),
        ("My thesis has to be finished first", {"education"}),
    ],
)
def test_what_is_meant_is_among_the_first_three(reader: Reader, text: str, category_ids: set[str]) -> None:
    assert category_ids <= set(offered(reader, text)[:3])


def test_a_topic_that_is_ruled_out_is_no_reason(reader: Reader) -> None:
    found = offered(reader, "It's not the money, it's the commute: two hours of traffic")
    assert found[0] == "location_commute"
    assert "compensation" not in found[:3]


def test_topics_that_are_ruled_out_one_after_another_leave_no_reason(reader: Reader) -> None:
    assert offered(reader, "It isn't the pay. It isn't the boss either.") == []
    assert (
        offered(reader, "Not the pay, not the boss. I'm taking another offer.")[0] == "accepted_other_offer"
    )


def test_praise_before_a_turn_is_no_reason(reader: Reader) -> None:
    assert offered(reader, "Great salary but the drive is far too long")[0] == "location_commute"


@pytest.mark.parametrize(
    "text",
    [
        *("", "   ", "👎", "hello", "idk just no", "help me write this please"),
        *("{{7*7}}", "<script>alert('salary')</script>", "${offer.boss}", "$(curl http://x.example/pay)"),
    ],
)
def test_a_text_without_a_ground_gets_no_suggestion(reader: Reader, text: str) -> None:
    assert not reader.read(text).suggestions


def test_each_suggestion_shows_the_words_that_led_to_it(reader: Reader) -> None:
    text = "honestly the commute would kill me"
    best = reader.read(text).suggestions[0]
    assert any("commute" in text[span.start : span.end] for span in best.evidence)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("what a fucking joke", FlagKind.PROFANITY),
        ("they offered 68k", FlagKind.FIGURE),
        ("my boss Priya made me a better offer", FlagKind.NAMED_PARTY),
        ("<@U02ABC9> told me about the nights", FlagKind.NAMED_PARTY),
        ("my anxiety is bad enough as it is", FlagKind.HEALTH_DETAIL),
        ("my mum has dementia and needs me", FlagKind.FAMILY_DETAIL),
        ("saw the roadmap under NDA", FlagKind.CONFIDENTIAL),
        ("I'd be the only woman there and they asked whether I want kids", FlagKind.DISCRIMINATION),
        ("say I'm moving abroad, it's not true but who cares", FlagKind.LIE),
        ("tell them no but hint that with 10k more I'd sign", FlagKind.BAIT),
        ("tell them I'm so, so sorry, I feel terrible", FlagKind.OVER_APOLOGY),
        ("the panel were a bunch of clowns", FlagKind.INSULT),
    ],
)
def test_what_is_better_left_unsaid_is_noticed(reader: Reader, text: str, kind: FlagKind) -> None:
    assert kind in warned(reader, text)


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to move to Denver in January",
        "too much travel, 50% on the road",
        "the Excel work isn't for me",
        "I'd like to be closer to my kids and my husband",
        "Two hours on the Northern Line every day",
    ],
)
def test_an_ordinary_reason_calls_for_no_warning(reader: Reader, text: str) -> None:
    assert not warned(reader, text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Say I broke my leg. I didn't, it's the pay.", FlagKind.HEALTH_DETAIL),
        ("I'm such an idiot, tell them I don't deserve them, it's all my fault", FlagKind.INSULT),
    ],
)
def test_what_is_made_up_or_said_of_oneself_calls_for_no_second_warning(
    reader: Reader, text: str, kind: FlagKind
) -> None:
    assert kind not in warned(reader, text)
    assert warned(reader, text)


@pytest.mark.parametrize(
    "text",
    [
        "60 hr weeks, total sweatshop bs",
        "Series A, no revenue, and they think options are worth something",
        "We're in the middle of buying a house and I can't switch jobs before that",
        "Unlimited overtime! Unpaid! How could I say no",
        "the pay is a joke",
    ],
)
@pytest.mark.parametrize("joint", [". ", "\n"])
def test_the_same_words_again_and_again_call_for_no_other_warning(
    text: str, joint: str, reader: Reader
) -> None:
    again = (text + joint) * (2900 // (len(text) + 2))
    assert warned(reader, again) == warned(reader, text)


def test_a_match_does_not_reach_into_another_sentence(reader: Reader) -> None:
    assert FlagKind.HEALTH_DETAIL not in warned(reader, "I followed my heart. gut feeling. can't explain it")
    texts = [str(line["text"]) for line in lines_of("reasons.seen.jsonl")]
    for place in range(0, len(texts) - 6, 6):
        text = ". ".join(texts[place : place + 6])
        for finding in reader.read(text).findings:
            shown = text[finding.span.start : finding.span.end]
            if finding.kind not in IN_TWO | {FlagKind.NAMED_PARTY}:
                assert len(sentences(shown)) == 1, (finding.kind, shown)


def test_a_private_matter_is_noticed_among_many_other_things(reader: Reader) -> None:
    text = "The pay is a fucking joke, 20k below what I make. My wife is pregnant and the commute would "
    text += "kill me. The manager was an idiot. Tell them I got another offer. I didn't."
    kinds = {FlagKind.PROFANITY, FlagKind.FIGURE, FlagKind.FAMILY_DETAIL, FlagKind.INSULT, FlagKind.LIE}
    assert kinds <= warned(reader, text)


def test_a_lie_silences_only_what_is_made_up_with_it(reader: Reader) -> None:
    lie = "Say I broke my leg. I didn't, it's the pay."
    assert FlagKind.HEALTH_DETAIL not in warned(reader, lie)
    assert FlagKind.FAMILY_DETAIL in warned(reader, f"{lie} My mum has dementia and needs me.")


@pytest.mark.parametrize(
    ("text", "invented", "true"),
    [
        ("tell them I got another offer. I didn't, the pay is poor", "accepted_other_offer", "compensation"),
        (
            "say that my mother is ill, she isn't, it's two hours on the bus",
            "family_caregiving",
            "location_commute",
        ),
        ("Say I'm moving abroad (I'm not), the boss is a bully", "relocation", "management_fit"),
        ("real reason is the salary but write that it's my health", "health_wellbeing", "compensation"),
        (
            "I'd rather they thought I was staying put than that I'm bored by insurance",
            "staying_current_counteroffer",
            "industry_mission_fit",
        ),
        (
            "pretend my visa fell through, it didn't, the hours are too long",
            "visa_immigration",
            "workload_hours",
        ),
        ("use my kids as an excuse, I've none. Too much travel", "family_caregiving", "travel"),
        (
            'Put "health". There\'s nothing wrong with me, the title is too low',
            "health_wellbeing",
            "seniority_title",
        ),
    ],
)
def test_an_invented_reason_is_not_offered_but_the_true_one(
    reader: Reader, text: str, invented: str, true: str
) -> None:
    assert FlagKind.LIE in warned(reader, text)
    found = [item.category_id for item in reader.read(text).likely]
    assert invented not in found
    assert true in found


@pytest.mark.parametrize(
    "text",
    ["Invent a sick child for me", "say I'm sick, I'm fine", "tell them I got another offer, I didn't"],
)
def test_a_lie_with_no_true_reason_beside_it_gives_none(reader: Reader, text: str) -> None:
    assert FlagKind.LIE in warned(reader, text)
    assert not reader.read(text).suggestions


@pytest.mark.parametrize(
    ("text", "category_id"),
    [
        ("tell them I got another offer", "accepted_other_offer"),
        ("say that my mother is ill and I look after her", "family_caregiving"),
        (
            "I signed with a rival last week. Say it was the hardest choice ever, it wasn't",
            "accepted_other_offer",
        ),
    ],
)
def test_what_is_to_be_said_and_true_is_a_reason(reader: Reader, text: str, category_id: str) -> None:
    assert category_id in offered(reader, text)[:3]


def test_what_overlaps_is_one_warning(reader: Reader) -> None:
    for text in ("My wife is pregnant", "they are fucking idiots", "the pay is a sick fucking joke"):
        spans = [item.span for item in reader.read(text).warnings]
        for one, other in combinations(spans, 2):
            assert one.end <= other.start, text
    assert [item.kind for item in reader.read("My wife is pregnant").warnings] == [FlagKind.FAMILY_DETAIL]


@pytest.mark.parametrize(
    "name", ["Gary, who I'd report to, never looked up", "Thorsten, the plant manager, shouts"]
)
def test_a_name_that_opens_a_sentence_is_noticed_when_it_is_presented(reader: Reader, name: str) -> None:
    assert FlagKind.NAMED_PARTY in warned(reader, name)


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    reading = load_reader(REASONS).read(text)
    assert len(reading.suggestions) <= 5
    for finding in reading.findings:
        assert 0 <= finding.span.start < finding.span.end <= len(text)


def test_three_thousand_letters_without_a_break_are_read_in_a_moment(reader: Reader) -> None:
    assert not reader.read("a" * 3000).suggestions


def test_the_same_text_is_read_the_same_way(reader: Reader) -> None:
    text = "long hours and they lied to me"
    assert reader.read(text) == reader.read(text)


def test_texts_never_seen_are_understood_as_well_as_the_readme_says(reader: Reader) -> None:
    found = score(reader, lines_of("reasons.heldout.jsonl"))
    assert found.top_three >= 0.87
    assert min(item.recall for item in found.first_three.values()) >= 0.75
    assert found.none.f1 >= 0.85
    assert found.all_flags.precision >= 0.88
    assert found.all_flags.recall >= 0.85
    assert found.flags["profanity"].precision >= 0.97
    assert found.flags["profanity"].recall >= 0.97
    assert found.leaks == 0


def test_no_text_of_those_held_out_is_taught() -> None:
    knowledge = load_knowledge(REASONS, set(load_catalogue(REASONS).categories))
    taught = {" ".join(item.text.split()).casefold() for item in knowledge.examples}
    held_out = {" ".join(str(line["text"]).split()).casefold() for line in lines_of("reasons.heldout.jsonl")}
    assert len(held_out & taught) == 0


def test_what_is_shown_of_a_text_is_whole_words_without_lone_marks(reader: Reader) -> None:
    for line in lines_of("reasons.dev.jsonl") + lines_of("reasons.seen.jsonl"):
        text = str(line["text"])
        reading = reader.read(text)
        spans = [finding.span for finding in reading.findings]
        spans += [span for suggestion in reading.suggestions for span in suggestion.evidence]
        for span in spans:
            shown = text[span.start : span.end]
            assert any(letter.isalnum() for letter in shown), shown
            assert shown == shown.strip(' "“”\n'), shown
            before, after = text[: span.start][-1:], text[span.end :][:1]
            assert not (before.isalnum() and shown[0].isalnum()), (before, shown)
            assert not (after.isalnum() and shown[-1].isalnum()), (shown, after)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 3000,
        "no no no " * 333,
        "sorry " * 500,
        "they said " * 300,
        "say " + "I'm not, " * 330,
        "my mum " * 430,
        "f" * 1500 + "*" * 1500,
        "1" * 3000,
        "1,000." * 500,
        "$" * 3000,
        "<@" * 1500,
        "{{" * 1500,
        "😀" * 3000,
        "‮​‏" * 1000,
        "leave them thinking if they " * 107,
        "Aa " * 1000,
        "e\u0301" * 1500,
        "\n" * 3000,
        "!?" * 1500,
        "if they more i'd more if " * 120,
    ],
)
def test_three_thousand_characters_of_anything_are_read_in_a_moment(reader: Reader, text: str) -> None:
    reader.read("warm up")
    started = time.process_time()
    reader.read(text)
    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    "text", ["😀🎉", "‮‏​", "{{7*7}}", "<!channel>", "\u200b", "{% if x %}", "<@U02ABC9>", "...", "\u202e"]
)
def test_marks_and_markup_alone_give_no_reason(reader: Reader, text: str) -> None:
    assert not reader.read(text).suggestions


@pytest.mark.parametrize(
    "text",
    [
        "Ananya from recruiting never rang back",
        "Jean-Luc would be my boss",
        "I took the post at Mercy Hospital",
        "Leeds City Council made me permanent",
        "The University of Bristol gave me the PhD",
        "Hargreaves & Sons pay in cash",
        "steve said it was fine, it wasn't",
        "@dave knows why",
    ],
)
def test_institutions_and_people_who_act_are_parties(reader: Reader, text: str) -> None:
    assert FlagKind.NAMED_PARTY in warned(reader, text)


@pytest.mark.parametrize(
    "text",
    [
        "I start Medical School in the autumn",
        "It was Head of Engineering on paper",
        "I'd never see the Pacific again",
        "They want fluent Mandarin",
        "My boss said no, no, NEVER",
        "more than I can carry, and the sun never shines there",
        "will said be my word, may asked be my month",
    ],
)
def test_what_names_no_party_is_left_alone(reader: Reader, text: str) -> None:
    assert FlagKind.NAMED_PARTY not in warned(reader, text)


@pytest.mark.parametrize(
    "text",
    [
        "I support Arsenal and they play on Saturdays",
        "I have a BS in nursing",
        "I won't move to Scunthorpe or Penistone",
        "They keep the git history in a mess",
        "I'd be fitting door knobs on a cockerel farm",
        "A shiitake farm and a kung fu school",
    ],
)
def test_a_word_that_looks_rude_is_not(reader: Reader, text: str) -> None:
    assert FlagKind.PROFANITY not in warned(reader, text)


def test_a_warning_that_tells_of_a_category_speaks_for_it(reader: Reader) -> None:
    assert "culture_team_fit" in offered(reader, 'They asked whether I could "leave the turban at home"')[:3]
