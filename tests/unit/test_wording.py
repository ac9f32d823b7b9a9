"""The wording engine: locales, a workspace's own words, and what is made of names."""

import re
from datetime import UTC
from pathlib import Path

import pytest
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from bot.coaching.case import Tone
from bot.coaching.drafts import DraftKind, facts_for
from bot.coaching.own_words import lower_first
from bot.wiring import template_folder
from bot.wording import MissingWordsError, Words
from bot.wording.names import first_name, full_name, has_formal_title
from bot.wording.pages import sources_in
from bot.wording.shapes import in_words, sentence
from tests.making import NOW, a_case


def _overlay(folder: Path, text: str) -> Words:
    place = folder / "en" / "words"
    place.mkdir(parents=True)
    (place / "home.yml").write_text(text)
    return Words(template_folder(), folder)


def test_a_locale_falls_back_to_its_language_and_to_english(words: Words) -> None:
    assert words.text("home.heading", "en-GB") == words.text("home.heading", "xx-YY") == "Your offers"


def test_a_missing_key_is_named(words: Words) -> None:
    with pytest.raises(MissingWordsError, match=r"home\.nothing"):
        words.text("home.nothing", "en")


def test_a_workspace_changes_one_word_and_keeps_the_rest(tmp_path: Path) -> None:
    own = _overlay(tmp_path, "heading: Begin here\n")
    assert own.text("home.heading", "en") == "Begin here"
    assert own.text("home.list", "en") == "Your offers:"
    assert own.problems == ()


def test_a_mistake_in_a_workspaces_words_is_named_and_ours_is_used(tmp_path: Path) -> None:
    own = _overlay(tmp_path, 'heading: "{{ begin"\n')
    assert own.text("home.heading", "en") == "Your offers"
    assert len(own.problems) == 1
    assert "home.yml" in own.problems[0]


def test_what_a_person_types_is_never_a_template(words: Words) -> None:
    assert words.text("home.is_company", "en", typed="{{ 7 * 7 }}") == "{{ 7 * 7 }} is the company"


def test_a_workspaces_template_reaches_nothing_but_its_facts() -> None:
    with pytest.raises(SecurityError):
        SandboxedEnvironment().from_string("{{ ''.__class__.__mro__ }}").render()


@pytest.mark.parametrize(
    ("locale", "typed", "first", "full"),
    [
        ("en", "Dana O'Neil", "Dana", "Dana O'Neil"),
        ("en", "李 小龙", "李 小龙", "李 小龙"),
        ("en", "Dr. Ken Ito", "Dr. Ken Ito", "Dr. Ken Ito"),
        ("en", "X", "X", "X"),
        ("en", "", "", ""),
        ("en", "de la Cruz", "de la Cruz", "de la Cruz"),
        ("en", "Smith, John", "John", "John Smith"),
        ("en", "John Smith, PhD", "John", "John Smith"),
        ("en", "Dana, Head of HR", "Dana", "Dana"),
        ("en", "Dana from HR", "Dana", "Dana"),
        ("en", "Bob (recruiter)", "Bob", "Bob"),
        ("en", "Uncle Bob", "Bob", "Bob"),
        ("en", "my friend Bob", "Bob", "Bob"),
        ("en", "My Nguyen", "My", "My Nguyen"),
        ("en", "Talent Moyo", "Talent", "Talent Moyo"),
        ("en", "Talent Acquisition", "", ""),
        ("en", "HR Team", "", ""),
        ("en", "the hiring manager", "", ""),
        ("en", "Head of Talent", "", ""),
        ("en", "Fr. Dr. Ines Müller", "Fr. Dr. Ines Müller", "Fr. Dr. Ines Müller"),
        ("en", "Señor López", "Señor López", "Señor López"),
        ("en", "Miss Lee", "Miss Lee", "Miss Lee"),
        ("en", "Captain Kirk", "Captain Kirk", "Captain Kirk"),
        ("en", "J. R. Smith", "J. R. Smith", "J. R. Smith"),
        ("en", "J R Smith", "J R Smith", "J R Smith"),
        ("en", "mrs smith", "Mrs Smith", "Mrs Smith"),
        ("en", "danah boyd", "danah", "danah boyd"),
        ("en", "dr. mary-jane o'neil", "Dr. Mary-Jane O'Neil", "Dr. Mary-Jane O'Neil"),
        ("en", "ms van der berg", "Ms van der Berg", "Ms van der Berg"),
        ("en", "???", "", ""),
        ("en", "–", "", ""),
        ("en", "+1 555 0100", "", ""),
        ("en", "n/a", "", ""),
        ("en", "TBD", "", ""),
        ("en", "Mrs", "", ""),
        ("en", "anna.ruiz@acme.example", "", ""),
        ("es", "D. José Mª de la Peña", "D. José Mª de la Peña", "D. José Mª de la Peña"),
        ("es", "Dña. Ana Ruiz", "Dña. Ana Ruiz", "Dña. Ana Ruiz"),
        ("es", "Lic. Pedro Gil", "Lic. Pedro Gil", "Lic. Pedro Gil"),
        ("es", "Ing. Soto", "Ing. Soto", "Ing. Soto"),
        ("es", "Mª José Gil", "Mª José", "Mª José Gil"),
        ("es", "Mª del Carmen Gil", "Mª del Carmen", "Mª del Carmen Gil"),
        ("es", "Ma. Elena Ruiz", "Ma. Elena", "Ma. Elena Ruiz"),
        ("es", "desconocido", "", ""),
        ("es", "mi amiga Rosa", "Rosa", "Rosa"),
        ("es", "Sra. López", "Sra. López", "Sra. López"),
        ("es", "Equipo de Selección", "", ""),
        ("es", "Ana de RRHH", "Ana", "Ana"),
        ("es", "María de la Cruz", "María", "María de la Cruz"),
    ],
)
def test_names_read_as_one_says_them_and_a_team_is_nobody(
    locale: str, typed: str, first: str, full: str, words: Words
) -> None:
    naming = words.patterns(locale).naming
    assert (first_name(typed, naming), full_name(typed, naming)) == (first, full)


@pytest.mark.parametrize(
    ("typed", "first", "full"),
    [
        ("Dana, Acme", "Dana", "Dana"),
        ("Smith, Dana", "Dana", "Dana Smith"),
        ("Dana Smith (Acme)", "Dana", "Dana Smith"),
        ("Dana Smith, Acme Corp.", "Dana", "Dana Smith"),
        ("Xochitl, Acme Europe", "Xochitl", "Xochitl"),
        ("Smith, Dana, Acme", "Dana", "Dana Smith"),
        ("Acme, Dana", "Dana", "Dana"),
        ("Dana from Acme", "Dana", "Dana"),
        ("Dana @ Acme", "Dana", "Dana"),
        ("Dana, Google", "Dana", "Dana"),
        ("Xochitl, Google", "Xochitl, Google", "Xochitl, Google"),
        ("Smith, Xochitl", "Smith, Xochitl", "Smith, Xochitl"),
        ("Smith, D.", "D. Smith", "D. Smith"),
        ("Dr. Smith, Dana", "Dr. Dana Smith", "Dr. Dana Smith"),
        ("SMITH Dana", "SMITH Dana", "SMITH Dana"),
        ("DANA SMITH", "DANA", "DANA SMITH"),
        ("Dana, who interviewed me", "Dana", "Dana"),
        ("Dana and Lee", "Dana and Lee", "Dana and Lee"),
        ("Dana, Lee & Sam", "Dana, Lee & Sam", "Dana, Lee & Sam"),
        ("Dana Smith <dana@acme.example>", "Dana", "Dana Smith"),
        ("dana@acme.example", "", ""),
        ("Acme", "", ""),
        ("acme inc.", "", ""),
        ("J. Robert Oppenheimer", "J. Robert Oppenheimer", "J. Robert Oppenheimer"),
    ],
)
def test_nobody_is_greeted_by_a_company_or_a_family_name(
    typed: str, first: str, full: str, words: Words
) -> None:
    naming = words.patterns("en").naming
    assert (first_name(typed, naming, "Acme Inc."), full_name(typed, naming, "Acme Inc.")) == (first, full)


def test_whoever_has_a_title_is_spoken_to_formally_in_spanish_whatever_the_title(words: Words) -> None:
    naming = words.patterns("es").naming
    assert naming.titles == naming.formal_titles
    for typed in ("Señor López", "D. José Gil", "Dña. Ana Ruiz", "Lic. Pedro Gil", "ing. soto", "Fr. Klein"):
        assert has_formal_title(typed, naming), typed
    for typed in ("Mª José Gil", "Daniel Gil", "???"):
        assert not has_formal_title(typed, naming), typed


@pytest.mark.parametrize("locale", ["en", "es"])
def test_no_title_is_ever_a_name_by_itself(locale: str, words: Words) -> None:
    naming = words.patterns(locale).naming
    for title in sorted(naming.titles):
        assert first_name(f"{title.title()} Zzyzx", naming) == f"{title.title()} Zzyzx"


def test_a_first_name_of_any_language_is_known_in_each(words: Words) -> None:
    for locale in words.locales:
        naming = words.patterns(locale).naming
        assert full_name("Ortiz, Sam", naming) == "Sam Ortiz"
        assert full_name("Ortiz Gil, Begoña", naming) == "Begoña Ortiz Gil"


@pytest.mark.parametrize("locale", ["en", "es"])
def test_a_draft_greets_the_person_and_not_the_company_beside_the_name(locale: str, words: Words) -> None:
    case = a_case(contact_name="Ana, Zeppelins", company="Zeppelins Ltd", referrer_name="Ana (Zeppelins)")
    for tone in Tone:
        facts = {**facts_for(case, door_open="", now=NOW, zone=UTC), "tone": tone.value}
        for kind in (DraftKind.EMAIL, DraftKind.NOTE_REFERRER):
            greeting = words.draft(kind, facts, locale, "1").body.splitlines()[0]
            assert "Ana" in greeting
            assert "Zeppelins" not in greeting


def test_somebody_with_a_title_is_spoken_to_formally_in_spanish_whatever_the_tone(words: Words) -> None:
    facts = facts_for(a_case(contact_name="Sra. López"), door_open="", now=NOW, zone=UTC)
    for seed in "abcdef":
        body = words.draft(DraftKind.EMAIL, facts, "es", seed).body
        assert "Sra. López" in body
        assert not re.search(r"\b(?:te|ti|contigo|abrazo)\b", body), body


def test_words_stand_in_a_sentence_as_one_says_them() -> None:
    assert sentence("i'd be glad") == "I'd be glad."
    assert sentence("at Acme Inc.") == "At Acme Inc."
    assert lower_first("After a while") == "after a while"
    assert lower_first("I've decided") == "I've decided"
    assert (in_words(3, ["zero", "one", "two", "three"]), in_words(40, ["zero"])) == ("three", "40")


def _own(folder: Path, name: str, text: str) -> Words:
    """Words with one own file over ours."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return Words(template_folder(), folder)


MISTAKES = {
    "syntax": ("en/words/home.yml", "heading: Mine\nstart: x\nnext: '{{ begin'\n", "line 3"),
    "syntax in a block": ("en/words/home.yml", "next: |\n  fine\n  {{ begin\n", "line 3"),
    "an open bracket": ("en/words/home.yml", "next: [\n", "a [ or { is not closed"),
    "no YAML": ("en/words/home.yml", "next: 'a\n  b: [\n", "a quotation mark is not closed"),
    "a colon": ("en/words/home.yml", "next: Soon: now\n", "a colon stands inside a text"),
    "a tab": ("en/words/home.yml", "next: x\n\theading: y\n", "never tabs"),
    "a mark of YAML": ("en/words/home.yml", "next: @when\n", "a mark that YAML keeps"),
    "an if without an end": ("en/words/home.yml", "next: '{% if when %}x'\n", "{% if %} has no {% endif %}"),
    "a tag that is none": ("en/words/home.yml", "next: '{% when %}'\n", "{% when %} is no tag"),
    "a filter that is none": ("en/words/home.yml", "next: '{{ when|shout }}'\n", "no filter named 'shout'"),
    "two words": ("en/words/home.yml", "next: '{{ the when }}'\n", "'when' is one word too many"),
    "an unknown fact": ("en/words/home.yml", "heading: x\nnext: '{{ wehn }}'\n", "line 2: home.next: wehn"),
    "an unknown fact in a draft": (
        "en/drafts/a.yml",
        "phrases:\n  bye:\n    warm: ['{{ nmae }}']\n",
        "line 3",
    ),
    "an unknown phrase": ("en/drafts/a.yml", "drafts:\n  email:\n    body: '{{ say(\"nope\") }}'\n", "nope"),
    "an unknown text": ("en/words/home.yml", "strat: Begin\n", "no text of this name"),
    "a group for a text": ("en/words/home.yml", "heading:\n  a: x\n", "one text is expected"),
    "a text for a group": ("en/words/home.yml", "choices: x\n", "a group of texts is expected"),
    "no mapping": ("en/words/home.yml", "- a\n- b\n", "names with texts"),
    "twice": ("en/words/home.yml", "heading: a\nheading: b\n", "line 2: heading stands there twice"),
    "empty": ("en/words/home.yml", "heading: ''\n", "says nothing"),
    "escape": ("en/words/home.yml", "heading: '{{ \"\".__class__.__mro__ }}'\n", "line 1"),
    "escape by format": ("en/words/home.yml", "heading: '{{ \"{0.__class__}\".format(1) }}'\n", "line 1"),
    "huge range": ("en/words/home.yml", "heading: '{% for i in range(10**9) %}x{% endfor %}'\n", "line 1"),
    "huge loop": ("en/words/home.yml", "heading: '{% for i in range(999999) %}x{% endfor %}'\n", "range"),
    "loops in loops": (
        "en/words/home.yml",
        "heading: '{% for a in range(50) %}{% for b in range(50) %}{% for c in range(50) %}x"
        "{% endfor %}{% endfor %}{% endfor %}'\n",
        "loop",
    ),
    "huge text": ("en/words/home.yml", "heading: '{{ \"x\" * 999999999 }}'\n", "line 1"),
    "macro": ("en/words/home.yml", "heading: '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'\n", "macros"),
    "include": ("en/words/home.yml", "heading: '{% include \"/etc/passwd\" %}'\n", "other files"),
    "phrases without end": (
        "en/drafts/a.yml",
        "phrases:\n  bye:\n    warm: ['{{ say(\"hello\") }}']\n  hello:\n    warm: ['{{ say(\"bye\") }}']\n",
        "phrases",
    ),
    "patterns": ("en/patterns.yml", "apology: '('\n", "apology"),
    "patterns of no name": ("en/patterns.yml", "apologies: 'x'\n", "apologies"),
}


@pytest.mark.parametrize("mistake", list(MISTAKES))
def test_every_mistake_in_own_words_is_named_with_its_place_and_ours_stays(
    mistake: str, tmp_path: Path, words: Words
) -> None:
    name, text, said = MISTAKES[mistake]
    own = _own(tmp_path, name, text)
    assert own.problems
    assert all(str(tmp_path) in problem and "used meanwhile" in problem for problem in own.problems)
    assert any(said in problem for problem in own.problems), own.problems
    for problem in own.problems:
        assert not re.search(
            r"\.\.|Jinja|token|print statement|block end|while (?:scanning|parsing)", problem
        )
    assert own.text("home.next", "en", when="x") == words.text("home.next", "en", when="x")
    facts = facts_for(a_case(), door_open="", now=NOW, zone=UTC)
    draft = own.draft(DraftKind.EMAIL, facts, "en", "a")
    assert "Product Designer" in draft.body


def test_a_file_that_cant_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "en" / "words").mkdir(parents=True)
    (tmp_path / "en" / "words" / "home.yml").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "en" / "words" / "letters.yml").mkdir()
    problems = Words(template_folder(), tmp_path).problems
    assert len(problems) == 2


def test_a_folder_that_is_not_there_is_said_with_the_variable_and_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name, what in (("nowhere", "does not exist"), ("file", "is no folder")):
        (problem,) = Words(template_folder(), tmp_path / name).problems
        assert problem == (
            f"AJAR_TEMPLATES: {tmp_path / name} {what}. Correct the path, or remove AJAR_TEMPLATES. "
            "Ajar's own words are used meanwhile."
        )


@pytest.mark.parametrize(
    "name",
    [
        "letters.yml",  # the locale is missing
        "words/letters.yml",
        "en/letters.yml",  # the folder is missing
        "en/words/more/letters.yml",
        "en/words/letters.yaml",
        "en/words/letters",
        "English/words/letters.yml",
        "templates/en/words/letters.yml",
        "en/reasons/catalogue.yml",  # reasons are not a workspace's to change
    ],
)
def test_a_file_that_nobody_reads_is_named(tmp_path: Path, name: str) -> None:
    own = _own(tmp_path, name, "choices: {}\n")
    (problem,) = own.problems
    assert problem.startswith(f"{tmp_path / name}: nobody reads this file: own words stand in files such as")


def test_a_folder_without_words_is_said_and_notes_beside_words_are_nobodys_business(tmp_path: Path) -> None:
    for name in ("README.md", ".git/config", "en/words/home.yml~", "en/.home.yml.swp"):
        _own(tmp_path, name, "x")
    (problem,) = Words(template_folder(), tmp_path).problems
    assert problem.startswith(f"AJAR_TEMPLATES: {tmp_path} holds no words: own words stand in files such as")
    assert _own(tmp_path, "en/words/home.yml", "heading: Begin here\n").problems == ()


def test_a_workspace_adds_a_phrasing_and_replaces_another(tmp_path: Path, words: Words) -> None:
    text = 'phrases:\n  bye:\n    warm+: ["Cheers from {{ own_name }}"]\n    brief: ["Over and out"]\n'
    own = _own(tmp_path, "en/drafts/own.yml", text)
    assert own.problems == ()
    bodies = [
        own.draft(DraftKind.EMAIL, facts_for(case, door_open="", now=NOW, zone=UTC), "en", case.id).body
        for case in (a_case(id=f"c{n}", own_name="Robin", tone=Tone.WARM) for n in range(60))
    ]
    assert any("Cheers from Robin" in body for body in bodies)
    assert any("All the best" in body for body in bodies)
    brief = facts_for(a_case(tone=Tone.BRIEF), door_open="", now=NOW, zone=UTC)
    assert "Over and out" in own.draft(DraftKind.EMAIL, brief, "en", "x").body


def test_a_workspace_adds_a_language_of_its_own(tmp_path: Path) -> None:
    own = _own(tmp_path, "fr/words/home.yml", "heading: Vos offres\n")
    assert own.problems == ()
    assert own.text("home.heading", "fr-CA") == "Vos offres"
    assert own.text("home.list", "fr-CA") == "Your offers:"
    assert "fr" in own.locales


def test_what_fails_only_now_and_then_gives_way_to_ours(tmp_path: Path) -> None:
    """A fact that no built-in case has: found by nobody at the start."""
    odd_one = "{{ 'x' if company != 'Odd' else missing }}"
    text = f'phrases:\n  bye:\n    warm: ["{odd_one}"]\n'
    own = _own(tmp_path, "en/drafts/own.yml", text)
    odd = facts_for(a_case(company="Odd", tone=Tone.WARM), door_open="", now=NOW, zone=UTC)
    assert "{{" not in own.draft(DraftKind.EMAIL, odd, "en", "x").body


@pytest.mark.parametrize("locale", ["es", "es-ES", "es-MX", "es-LA", "es_AR"])
def test_spanish_speaks_wherever_it_is_spoken(locale: str, words: Words) -> None:
    assert words.text("home.heading", locale) == "Tus ofertas"
    assert words.locale_of(locale) == "es"
    facts = facts_for(a_case(contact_name="Sra. Gil", tone=Tone.FORMAL), door_open="", now=NOW, zone=UTC)
    body = words.draft(DraftKind.EMAIL, facts, locale, "x").body
    assert "Sra. Gil" in body
    assert "Dear" not in body


def test_a_text_that_only_names_facts_reads_as_its_template_does(words: Words) -> None:
    seen = 0
    for locale in words.locales:
        for key, source in sources_in(words.tree(locale)):
            if source.pieces and source.template is not None:
                seen += 1
                facts = {name: f"<{name}> & {{{{ 7 }}}}" for name in source.names}
                assert source.strictly(facts) == source.template.render(facts), key
    assert seen > 200


def test_a_fact_that_is_missing_is_an_error_whichever_way_a_text_is_read(words: Words) -> None:
    plain = next(item for _, item in sources_in(words.tree("en")) if item.pieces)
    with pytest.raises(UndefinedError):
        plain.strictly({})


def test_facts_are_made_when_a_text_names_them_and_once(words: Words) -> None:
    case = a_case()
    facts = words.all_facts(facts_for(case, door_open="", now=NOW, zone=UTC), "en", "case1")
    before = set(facts)
    facts.make({"the_role", "no_fact_at_all"})
    made = set(facts) - before
    assert "the_role" in made
    assert "bare_role" in made  # that it is made of
    facts["the_role"] = "kept"
    facts.make({"the_role"})
    assert facts["the_role"] == "kept"
