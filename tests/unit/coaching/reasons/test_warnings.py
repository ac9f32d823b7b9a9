"""Each kind of warning on sentences that call for it (+) and on those that only look so (-)."""

from pathlib import Path

import pytest

from bot.coaching.reasons import FlagKind, load_reader
from bot.wiring import template_folder
from tests.measure import DATA, Count

FOLDER = DATA / "warnings"
# The least precision and recall of a kind. Swearing is a matter of words, the others only nearly so.
LEAST = {
    "profanity": (1.0, 1.0),
    "insult": (0.92, 0.92),
    "lie": (0.82, 0.86),
    "discrimination": (0.93, 0.87),
    "family_detail": (0.88, 0.93),
}


def mistakes(file: Path) -> tuple[Count, list[str]]:
    """What the reader makes of the sentences of a file, and those that it gets wrong."""
    reader, kind = load_reader(template_folder() / "en" / "reasons"), FlagKind(file.stem)
    count, wrong = Count(), []
    for line in file.read_text(encoding="utf-8").splitlines():
        mark, text = line[0], line[2:]
        assert mark in "+-", line
        given = kind in {finding.kind for finding in reader.read(text).findings}
        count.add(given=given, wanted=mark == "+")
        if given != (mark == "+"):
            wrong.append(line)
    return count, wrong


@pytest.mark.parametrize("kind", LEAST)
def test_a_kind_of_warning_is_called_for_where_it_is_and_nowhere_else(kind: str) -> None:
    count, wrong = mistakes(FOLDER / f"{kind}.txt")
    precision, recall = LEAST[kind]
    assert count.precision >= precision, "\n".join(wrong)
    assert count.recall >= recall, "\n".join(wrong)
    assert count.right + count.missed >= 50, "too few sentences to tell"


def test_each_file_of_sentences_is_of_a_kind_that_is_tested() -> None:
    assert {file.stem for file in FOLDER.glob("*.txt")} == set(LEAST)


@pytest.mark.parametrize(("text", "is_sworn"), [("a blasted heath", False), ("_fucking_ nights", True)])
def test_the_marks_of_slack_hide_no_word(text: str, is_sworn: bool) -> None:
    found = load_reader(template_folder() / "en" / "reasons").read(text).findings
    assert (FlagKind.PROFANITY in {finding.kind for finding in found}) is is_sworn
