"""Walks the whole house: every word, id, manifest line, file and README command."""

import ast
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator
from referencing import Registry, Resource

from bot.coaching.case import (
    Circumstance,
    Commitment,
    Door,
    EventKind,
    Listener,
    OfferForm,
    Outcome,
    Rhythm,
    Source,
    Stage,
    Thanks,
    Tone,
)
from bot.coaching.drafts import ANSWERS, DraftKind
from bot.coaching.interview import QUESTIONS
from bot.coaching.patterns import EXPRESSIONS
from bot.coaching.reasons import Catalogue, FlagKind
from bot.coaching.reasons.kept import FILE, digest, recall
from bot.coaching.reasons.knowledge import load_knowledge
from bot.coaching.reasons.reader import labels_of
from bot.coaching.rehearsing import GOOD, SLIPS, Merit, Remark
from bot.coaching.rubric import RULES
from bot.flows.acts import AROUND, STILL_NO, Act
from bot.flows.agenda import AHEAD, ANSWER_DUE, CALL, TALK
from bot.flows.dossier import PUT_AWAY
from bot.flows.onboarding import BUTTONS, VARIANTS
from bot.flows.ports import PostKind
from bot.flows.replies import Meaning
from bot.flows.standing import MORE, NEXT, NOTED
from bot.manifest import for_address, load_manifest
from bot.slack.ids import COMMAND, ShortcutId
from bot.wiring import template_folder
from bot.wording import Words
from bot.wording.pages import sources_in

ROOT = Path(__file__).parent.parent
SLACK = ROOT / "tests" / "data" / "slack"
SOURCES = sorted((ROOT / "bot").rglob("*.py"))
PYTHON = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]


@pytest.mark.parametrize(
    "given", [{}, {"is_distributed": True}, {"is_distributed": True, "is_rotating": True}, None]
)
def test_the_manifest_passes_slacks_own_schema(given: dict[str, bool] | None) -> None:
    manifest = load_manifest() if given is None else for_address("https://ajar.example.org/", **given)
    schemas = [json.loads(path.read_text()) for path in (SLACK / "schemas").glob("*.json")]
    top = json.loads((SLACK / "manifest.schema.json").read_text())
    names = re.findall(r'"\$ref": "(https[^"]+)"', json.dumps(top))
    by_name = {Path(name).name: name for name in names}
    held = {Path(path).name: json.loads(path.read_text()) for path in (SLACK / "schemas").glob("*.json")}
    resources = [
        (by_name[name], Resource.from_contents(schema)) for name, schema in held.items() if name in by_name
    ]
    assert len(resources) == len(schemas)
    validator = Draft7Validator(top, registry=Registry().with_resources(resources))
    assert [error.message for error in validator.iter_errors(manifest)] == []


def test_the_manifest_holds_what_the_code_registers() -> None:
    features, settings = load_manifest()["features"], load_manifest()["settings"]
    assert [item["command"] for item in features["slash_commands"]] == [COMMAND]
    assert {item["callback_id"] for item in features["shortcuts"]} == set(ShortcutId)
    registered = set(re.findall(r'"event:(\w+)"', (ROOT / "bot/slack/app.py").read_text()))
    assert {name.partition(".")[0] for name in settings["event_subscriptions"]["bot_events"]} == registered


def test_the_manifest_asks_for_the_scopes_that_the_code_needs_and_no_others() -> None:
    known = json.loads((SLACK / "scopes.json").read_text())
    text = "\n".join(path.read_text() for path in (ROOT / "bot/slack").rglob("*.py"))
    called = {
        name.replace("_", ".", 1)
        for name in re.findall(r"(?:client|_client)\.((?:chat|users|conversations)_\w+)\(", text)
    }
    called = {re.sub(r"\.(\w+)_(\w+)", lambda m: f".{m[1]}{m[2].capitalize()}", name) for name in called}
    needed: set[str] = {"commands"}
    for name in called:
        needed |= set(known["methods"][name]["bot"]) & {"chat:write", "users:read", "im:history", "im:write"}
    asked = load_manifest()["oauth_config"]["scopes"]["bot"]
    assert len(called) >= 6
    assert set(asked) == needed
    assert set(asked) <= set(known["scopes"])


@pytest.mark.parametrize("step", list(QUESTIONS))
def test_every_question_has_its_words(step, words: Words) -> None:
    for question in QUESTIONS[step]:
        held = words.entries(f"interview.{step}.{question.id}", "en")
        assert held["label"]
        if question.options:
            assert set(held["options"]) == set(question.options)


def test_every_choice_has_its_words(words: Words) -> None:
    unspoken = {Act.DECLINE_START, Act.SETTINGS_OPEN, Act.LINK_OPEN} | {
        act for act in Act if act.startswith("interview_")
    }
    rehearsed = {act for act in Act if act.startswith("rehearsal_")} - {Act.REHEARSAL_OPEN}
    assert rehearsed <= set(words.entries("rehearsal.choices", "en"))
    unspoken |= rehearsed | (AROUND - {Act.CALENDAR_OPEN})
    choices, told = words.entries("letters.choices", "en"), yaml.safe_load(_words("letters"))["told"]
    assert set(Act) - unspoken <= set(choices)
    assert set(Act) - unspoken - {Act.REHEARSAL_OPEN, Act.CALENDAR_OPEN} <= set(told)
    at_home = {act for acts in (*NEXT.values(), *MORE.values(), NOTED) for act in acts}
    assert at_home | {Act.CASE_OPEN, Act.CASE_ERASE, STILL_NO} == set(words.entries("home.choices", "en"))
    labels = set(yaml.safe_load(_words("home"))["buttons"]) | set(yaml.safe_load(_words("calendar")))
    replied = {act for acts in BUTTONS.values() for act in acts}
    assert (AROUND - {Act.CASE_OPEN, Act.CASE_ERASE}) | replied <= labels


def test_every_message_event_and_meaning_has_its_words() -> None:
    home, replies = yaml.safe_load(_words("home")), yaml.safe_load(_words("replies"))
    assert set(home["posts"]) == set(PostKind)
    assert set(yaml.safe_load(_words("privacy"))["archive"]["drafts"]) == set(DraftKind)
    called = {f"call_{outcome}" for outcome in Outcome}
    put_away = {f"stopped_{act}" for act in PUT_AWAY}
    assert set(home["events"]) == (set(EventKind) - {EventKind.CREATED}) | called | put_away
    assert set(home["ahead"]["entries"]) == AHEAD | {ANSWER_DUE, CALL, TALK}
    assert set(replies["heard"]) == set(Meaning) - {Meaning.OTHER}
    answers = replies["answers"]
    assert set(answers) == set(Meaning) - {Meaning.LIST}
    assert len(answers["other"]) == VARIANTS


def _words(name: str) -> str:
    return (template_folder() / "en" / "words" / f"{name}.yml").read_text()


def test_every_stage_flag_rule_answer_and_draft_has_its_words(words: Words) -> None:
    assert set(words.entries("letters.stages", "en")) == set(Stage)
    assert set(words.entries("flags", "en")) == set(FlagKind)
    assert set(words.entries("rubric", "en")) == set(RULES)
    drafts = {
        name
        for file in (template_folder() / "en" / "drafts").glob("*.yml")
        for name in yaml.safe_load(file.read_text()).get("drafts") or ()
    }
    assert drafts == set(DraftKind)
    answers = yaml.safe_load(_words("answers"))
    assert set(answers) == {*ANSWERS, "accepted_before"}
    assert set(words.entries("rehearsal.merits", "en")) == set(Merit)
    assert set(words.entries("rehearsal.remarks", "en")) == set(Remark)
    questions = yaml.safe_load(_words("rehearsal"))["questions"]
    assert set(questions) == set(answers) == set(SLIPS)
    for name, held in questions.items():
        assert set(held) == {GOOD, *SLIPS[name]}, name


def test_every_error_that_the_code_names_has_its_words(words: Words) -> None:
    source = "\n".join(path.read_text() for path in SOURCES)
    for key in set(re.findall(r'"(errors\.[a-z_.]+)"', source)):
        assert words.text(key, "en", meant="")


def test_every_category_is_whole(catalogue: Catalogue) -> None:
    assert len(catalogue) >= 25
    examples = load_knowledge(template_folder() / "en" / "reasons", set(catalogue.categories)).examples
    taught = Counter(name for example in examples for name in example.categories)
    for category in catalogue:
        assert taught[category.id] >= 40, (
            f"templates/en/reasons/examples/{category.id}.txt: {taught[category.id]} examples"
        )
        assert category.group in catalogue.groups
        assert len(category.label) <= 75
        assert len(category.hint) <= 75
        assert len(set(category.phrasings)) >= 2
        assert len(set(category.phrasings + category.if_so)) >= 4
        for phrasing in category.wordings:
            assert phrasing.startswith(("I ", "I'"))
            assert len(phrasing) <= 75


def test_every_enum_of_the_offer_is_asked_for() -> None:
    asked = {option for questions in QUESTIONS.values() for item in questions for option in item.options}
    for kind in (Source, OfferForm, Commitment, Door, Circumstance, Tone, Rhythm, Thanks, Listener):
        assert set(kind) <= asked


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_and_no_function_grows_too_long(path: Path) -> None:
    assert path.read_text().count("\n") <= 400
    for node in _functions(path):
        assert (node.end_lineno or 0) - node.lineno < 48, node.name


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_room_says_what_it_is_for(path: Path) -> None:
    held = ast.get_docstring(ast.parse(path.read_text()))
    assert held
    assert not re.search(r"\b(TODO|FIXME|raise NotImplementedError)\b", path.read_text())


def test_no_test_patches_what_it_tests() -> None:
    for path in PYTHON:
        names = {node.func.id for node in ast.walk(ast.parse(path.read_text()))
                 if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}  # fmt: skip
        assert not names & {"patch", "Mock", "MagicMock", "AsyncMock"}, path


def test_the_readmes_commands_exist() -> None:
    text = (ROOT / "README.md").read_text()
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"`make ([a-z]+)", text)) <= targets
    source = (ROOT / "bot" / "cli.py").read_text()
    commands = {name.replace("_command", "") for name in re.findall(r"^def ([a-z]\w+)\(", source, re.M)}
    assert set(re.findall(r"`ajar ([a-z]+)", text)) <= commands
    for path in re.findall(r"\]\((docs/[^)]+)\)", text):
        assert (ROOT / path).exists(), path


def test_the_readmes_recipes_name_files_that_exist() -> None:
    text = (ROOT / "README.md").read_text()
    recipes = text.partition("## Where do I change")[2].partition("\n## ")[0]
    named = re.findall(r"`((?:bot|templates|tests)/[\w./-]+)`", recipes)
    assert len(named) >= 8
    for name in named:
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("name", ["README.md", "docs/threat-model.md"])
def test_every_test_that_a_page_names_exists(name: str) -> None:
    text = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("*.py"))
    known = set(re.findall(r"def (test_\w+)\(", text))
    named = set(re.findall(r"`(test_\w+)`", (ROOT / name).read_text()))
    assert len(named) >= 15
    assert named <= known


STEPS = {"type", "try", "ask", "tell", "open", "please", "use", "check", "choose", "paste", "copy", "shorten",
         "correct", "leave", "write", "put", "install"}  # fmt: skip


def _said(held: object) -> Iterator[str]:
    if isinstance(held, dict):
        for item in held.values():
            yield from _said(item)
    else:
        yield str(held)


def test_every_error_says_what_to_do_next() -> None:
    errors = yaml.safe_load(_words("errors"))
    problems = yaml.safe_load(_words("privacy"))["problems"]
    for text in [*_said({name: item for name, item in errors.items() if name != "title"}), *_said(problems)]:
        assert STEPS & set(re.findall(r"\w+", text.lower())), text


def test_nothing_for_an_operator_reads_what_belongs_to_a_person() -> None:
    around = {"flows", "slack", "store", "sandbox", "coaching"}
    operators = [path for path in SOURCES if not around & set(path.relative_to(ROOT / "bot").parts)]
    personal = {"case", "cases", "interview", "interviews", "preferences", "past", "upcoming", "in_doubt"}
    assert len(operators) > 15
    for path in operators:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                is_store = "store" in ast.unparse(node.func.value)
                assert not (is_store and node.func.attr in personal), f"{path}: {node.func.attr}"


def test_nothing_that_belongs_to_one_machine_is_kept() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    wrong = re.compile(r"/" r"(?:work|root|home/\w+)/|--(?:extra-)?index-" r"url |" r"xoxb-\d{6}")
    for name in listed.stdout.split():
        if name.endswith((".py", ".md", ".yml", ".toml", ".txt", "Makefile", "run")):
            assert not wrong.search((ROOT / name).read_text().replace("--no-emit-index-url", "")), name


def test_what_the_reader_recalls_was_learnt_from_the_examples_as_they_are(catalogue: Catalogue) -> None:
    folder = template_folder() / "en" / "reasons"
    labels = labels_of(tuple(catalogue.categories))
    assert recall(folder / FILE, labels, digest(folder, labels)), (
        f"{folder / FILE} is behind: run `make learn`"
    )


def test_every_category_has_examples_and_every_file_of_examples_a_category(catalogue: Catalogue) -> None:
    files = {file.stem for file in (template_folder() / "en" / "reasons" / "examples").glob("*.txt")}
    named = {stem for stem in files if not stem.startswith("warn_")} - {"none", "mixed"}
    assert set(catalogue.categories) - named == set(), "categories without examples/<id>.txt"
    assert named - set(catalogue.categories) == set(), "files of examples without a category"
    kinds = {stem.removeprefix("warn_") for stem in files if stem.startswith("warn_")}
    assert kinds <= set(FlagKind), "files of examples without a kind of warning"


def test_every_locale_is_whole_and_says_the_same(words: Words) -> None:
    """Every text of English by name, naming the same facts; what is missing is named here."""
    ours = dict(sources_in_order(words, "en"))
    for locale in words.locales:
        theirs = dict(sources_in_order(words, locale))
        assert sorted(set(ours) - set(theirs)) == [], f"templates/{locale}: missing"
        own_facts = {name for name in theirs if name.startswith("facts.")}
        assert sorted(set(theirs) - set(ours) - own_facts) == [], f"templates/{locale}: nobody asks for these"
        for key, names in ours.items():
            if key.partition(".")[0] not in {"phrases", "facts", "drafts"}:
                assert theirs[key] == names, f"templates/{locale}: {key} names other facts"


def sources_in_order(words: Words, locale: str) -> Iterator[tuple[str, frozenset[str]]]:
    found: dict[str, frozenset[str]] = {}
    for key, source in sources_in(words.tree(locale)):
        found[key] = found.get(key, frozenset()) | source.names
    yield from found.items()


SAME = {"A", "B", "C", "Acme", "Ajar", "False", "Formal"}  # what has no other word; False is a bare No


def test_no_english_is_left_in_a_translation(words: Words) -> None:
    ours = dict(_plain(words, "en"))
    for locale in set(words.locales) - {"en"}:
        for key, text in _plain(words, locale):
            is_same = text == ours.get(key) and text not in SAME and re.search(r"[A-Za-z]{3}", text)
            assert not is_same, f"templates/{locale}: {key} is still in English"
            assert not re.search(r"\b(?:the|your|with|this|they)\b", text), (
                f"templates/{locale}: {key}: {text}"
            )


def _plain(words: Words, locale: str) -> Iterator[tuple[str, str]]:
    """Texts without what Jinja puts into them; names of products are no words of a language."""
    raw = {}
    for file in sorted((template_folder() / locale / "words").glob("*.yml")):
        raw[file.stem] = yaml.safe_load(file.read_text())
    for file in sorted((template_folder() / locale / "drafts").glob("*.yml")):
        for name, held in yaml.safe_load(file.read_text()).items():
            raw.setdefault(name, {}).update(held)
    raw.pop("facts")
    for key, text in _leaves(raw, ""):
        bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|/decline \w+|https?://\S+", " ", text, flags=re.S)
        bare = re.sub(r"Google Calendar|Gmail|Outlook|Slack|JSON|\|", " ", bare)
        if not key.startswith(("settings.countries", "settings.country_aliases", "settings.locale")):
            yield key, " ".join(bare.split())


def _leaves(held: object, key: str) -> Iterator[tuple[str, str]]:
    if isinstance(held, dict):
        for name, item in held.items():
            yield from _leaves(item, f"{key}.{name}" if key else str(name))
    elif isinstance(held, list):
        for number, item in enumerate(held):
            yield from _leaves(item, f"{key}.{number}")
    else:
        yield key, str(held)


def test_every_catalogue_has_every_category_and_wordings_that_fit_a_list(catalogue: Catalogue) -> None:
    for locale, other in {"en": catalogue, **catalogue.translations}.items():
        where = f"templates/{locale}/reasons/catalogue.yml"
        assert set(other.categories) == set(catalogue.categories), where
        assert set(other.groups) == set(catalogue.groups), where
        for category in other:
            twin = catalogue[category.id]
            assert len(category.phrasings) == len(twin.phrasings), f"{where}: {category.id}"
            assert len(category.if_so) == len(twin.if_so), f"{where}: {category.id}"
            assert len(category.for_now) == len(twin.for_now), f"{where}: {category.id}"
            assert (category.who, category.share) == (twin.who, twin.share), f"{where}: {category.id}"
            assert len(set(category.wordings)) == len(category.wordings), f"{where}: {category.id}"
            for text in (*category.wordings, category.label, category.hint):
                assert 0 < len(text) <= 75, f"{where}: {category.id}: {text}"


def test_every_locale_has_patterns_a_name_in_the_settings_and_dates(words: Words) -> None:
    for locale in words.locales:
        assert words.patterns(locale).expressions.keys() == set(EXPRESSIONS), locale
        for settings in words.locales:
            assert locale in words.entries("settings.locale.options", settings), f"{settings}: {locale}"
        assert len(words.entries("dates.months", locale)) == 12
        assert len(words.patterns(locale).numbers) == 13, f"templates/{locale}/patterns.yml: numbers"


def test_every_draft_and_phrase_has_its_tones(words: Words) -> None:
    for locale in words.locales:
        for name, held in words.tree(locale)["phrases"].items():
            assert set(held) in ({"any"}, set(Tone)), f"templates/{locale}: phrases.{name}: tones are missing"
        for kind in DraftKind:
            assert "body" in words.tree(locale)["drafts"][kind], f"templates/{locale}: drafts.{kind}"
