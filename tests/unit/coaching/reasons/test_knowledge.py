"""The knowledge is data: what a coach adds to a file is understood, and what is missing is named."""

import shutil
from pathlib import Path

import pytest
import yaml

from bot.coaching.reasons import FlagKind, load_reader
from bot.coaching.reasons.kept import FILE, digest, recall
from bot.coaching.reasons.knowledge import KnowledgeError, load_knowledge
from bot.coaching.reasons.meanings import FILE as MEANINGS
from bot.coaching.reasons.reader import labels_of, learn_and_keep
from bot.coaching.reasons.reading import Span
from bot.wiring import template_folder

REASONS = template_folder() / "en" / "reasons"
PET = {
    "id": "pet_care",
    "group": "life",
    "label": "An animal that needs me",
    "hint": "A dog, a horse or a herd that can't be left alone",
    "changeable": True,
    "who": "candidate",
    "share": "fine",
    "phrasings": ["I have commitments at home that I can't leave for whole days"],
    "door_open": "If that changes, I'd be glad to talk again.",
    "ask_later": "Has anything changed at home?",
    "avoid": "details",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the knowledge, small enough to be learnt in a moment."""
    shutil.copytree(REASONS, tmp_path / "reasons", ignore=shutil.ignore_patterns(FILE))
    for file in (tmp_path / "reasons" / "examples").glob("*.txt"):
        file.write_text("\n".join(file.read_text().splitlines()[:25]) + "\n")
    return tmp_path / "reasons"


def test_a_new_category_takes_an_entry_and_a_file_of_examples(folder: Path) -> None:
    held = yaml.safe_load((folder / "catalogue.yml").read_text())
    (folder / "catalogue.yml").write_text(yaml.safe_dump({**held, "categories": [*held["categories"], PET]}))
    animals = ("my old dog", "the horse", "our two cats", "a parrot", "my goats", "the hens")
    lines = [f"{animal} can't be left alone all day" for animal in animals]
    lines += [f"who would feed {animal} and walk it" for animal in animals]
    (folder / "examples" / "pet_care.txt").write_text("\n".join(lines))
    found = load_reader(folder).read("nobody could feed the dog if I took it")
    assert "pet_care" in [item.category_id for item in found.suggestions[:3]]


def test_a_new_warning_takes_a_line(folder: Path) -> None:
    with (folder / "warnings.yml").open("a") as file:
        file.write("\n")
    text = (folder / "warnings.yml").read_text()
    text = text.replace("\nprofanity:\n", "\nprofanity:\n  - 'fiddlesticks'\n")
    (folder / "warnings.yml").write_text(text)
    assert FlagKind.PROFANITY in {item.kind for item in load_reader(folder).read("oh fiddlesticks").findings}


def test_an_innocent_use_takes_a_line(folder: Path) -> None:
    text = (folder / "warnings.yml").read_text()
    assert "\ninnocent:" in text
    text = text.replace("\ninnocent:", "\ninnocent:\n  figure:\n    - 'the 300k club'", 1)
    (folder / "warnings.yml").write_text(text)
    found = load_reader(folder).read("the 300k club was full").findings
    assert FlagKind.FIGURE not in {item.kind for item in found}
    assert FlagKind.FIGURE in {item.kind for item in load_reader(REASONS).read("they pay 300k").findings}


def test_an_unknown_mark_is_named_with_file_and_line(folder: Path) -> None:
    (folder / "examples" / "none.txt").write_text("hello\nno  ## +no_such_category\n")
    with pytest.raises(KnowledgeError, match=r"none\.txt line 2: unknown mark \+?no_such_category"):
        load_knowledge(folder, set(load_reader(REASONS)._category_ids))


def test_a_broken_expression_is_named_with_its_file(folder: Path) -> None:
    text = (folder / "warnings.yml").read_text()
    text = text.replace("\nprofanity:\n", "\nprofanity:\n  - '(oops'\n")
    (folder / "warnings.yml").write_text(text)
    with pytest.raises(KnowledgeError, match=r"warnings\.yml.*profanity: \(oops"):
        load_knowledge(folder, set(load_reader(REASONS)._category_ids))


def test_what_is_kept_is_left_aside_once_the_examples_have_changed(folder: Path) -> None:
    labels = labels_of(load_reader(REASONS)._category_ids)
    learn_and_keep(folder)
    assert recall(folder / FILE, labels, digest(folder, labels))
    with (folder / "examples" / "compensation.txt").open("a") as file:
        file.write("they pay in gingerbread\n")
    assert recall(folder / FILE, labels, digest(folder, labels)) is None


def test_a_damaged_file_of_what_was_learnt_is_left_aside(folder: Path) -> None:
    (folder / FILE).write_bytes(b"PK nonsense")
    labels = labels_of(load_reader(REASONS)._category_ids)
    assert recall(folder / FILE, labels, digest(folder, labels)) is None
    assert load_reader(folder).read("the pay is too low").suggestions


def test_learning_and_recalling_read_the_same(folder: Path) -> None:
    learnt = load_reader.__wrapped__(folder).read("two hours on the bus and poor pay")
    learn_and_keep(folder)
    assert load_reader.__wrapped__(folder).read("two hours on the bus and poor pay") == learnt


def test_a_word_that_no_example_holds_is_understood_by_its_meaning() -> None:
    taught = [REASONS / "concepts.yml", *(REASONS / "examples").glob("*.txt")]
    assert all("pneumonia" not in file.read_text().casefold() for file in taught)
    found = load_reader(REASONS).read("I have pneumonia").suggestions
    assert found[0].category_id == "health_wellbeing"
    assert found[0].evidence == (Span(7, 16),)


def test_a_folder_without_meanings_is_read_by_its_words(folder: Path) -> None:
    (folder / MEANINGS).unlink()
    assert load_reader(folder).read("the pay is too low").suggestions


def test_a_damaged_file_of_meanings_is_named(folder: Path) -> None:
    (folder / MEANINGS).write_bytes(b"PK nonsense")
    with pytest.raises(KnowledgeError, match=r"meanings\.npz: not a file of meanings"):
        load_knowledge(folder, set(load_reader(REASONS)._category_ids))


def test_a_change_of_the_meanings_is_learnt_anew(folder: Path) -> None:
    labels = labels_of(load_reader(REASONS)._category_ids)
    learn_and_keep(folder)
    (folder / MEANINGS).unlink()
    assert recall(folder / FILE, labels, digest(folder, labels)) is None
