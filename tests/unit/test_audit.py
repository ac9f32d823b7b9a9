"""An audit that did not take place never looks like one that was passed."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import audit
from tests.audit import Ended, main, verdict_of

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
SAFE = {"name": "jinja2", "version": "3.1.6", "vulns": []}
UNSAFE = {"name": "jinja2", "version": "2.0", "vulns": [{"id": "GHSA-1"}, {"id": "GHSA-2"}]}
SKIPPED = {"name": "jinja2", "skip_reason": "not found"}
SILENT = Ended(1, err="Traceback…\nrequests.exceptions.ConnectionError: Max retries exceeded")


def answer(*packages: dict, code: int = 0) -> Ended:
    return Ended(code, json.dumps({"dependencies": packages, "fixes": []}))


class Asked:
    """Answers to the commands, in their order."""

    def __init__(self, *answers: Ended) -> None:
        self.answers = list(answers)
        self.words: list[Sequence[str]] = []

    def __call__(self, words: Sequence[str]) -> Ended:
        self.words.append(words)
        return self.answers.pop(0)


@pytest.mark.parametrize(
    ("ended", "is_safe", "says"),
    [
        (answer(SAFE), True, "Audited: 1 pinned packages"),
        (answer(SAFE, UNSAFE, code=1), False, "jinja2 2.0: GHSA-1, GHSA-2"),
        (answer(UNSAFE), False, "GHSA-1"),
        (answer(SKIPPED), False, "jinja2: not looked at"),
        (answer(SAFE, code=1), False, "exit code 1"),
        (SILENT, None, "no list of weaknesses answers"),
        (Ended(1, err="ValueError: hash mismatch"), False, "The audit failed: ValueError: hash mismatch"),
        (Ended(0), False, "The audit failed: it said nothing"),
        (Ended(0, "[]"), False, "The audit failed"),
    ],
)
def test_each_answer_means_what_it_says(ended: Ended, is_safe: bool | None, says: str) -> None:
    verdict = verdict_of(ended)
    assert verdict.is_safe is is_safe
    assert says in verdict.says


@pytest.mark.parametrize("answers", [(Ended(0), SILENT), (Ended(1, err="no such package"),)])
def test_where_nobody_answers_it_is_said_and_only_the_audit_itself_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], answers: tuple[Ended, ...]
) -> None:
    stamp = tmp_path / "stamp"
    for must_know, code in ((False, 0), (True, 1)):
        assert main(must_know=must_know, ask=Asked(*answers), stamp=stamp, now=NOW) == code
        said = capsys.readouterr().out
        assert said.startswith("NOT AUDITED: ")
        assert len(said.splitlines()) == 1
        assert not stamp.exists()


def test_a_weakness_fails_both(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for must_know in (False, True):
        asked = Asked(Ended(0), answer(UNSAFE, code=1))
        assert main(must_know=must_know, ask=asked, stamp=tmp_path / "stamp", now=NOW) == 1
        assert "jinja2 2.0" in capsys.readouterr().out
        assert not (tmp_path / "stamp").exists()


def test_what_was_passed_a_while_ago_is_asked_again_and_another_list_at_once(tmp_path: Path) -> None:
    stamp = tmp_path / "stamp"
    assert main(must_know=True, ask=Asked(Ended(0), answer(SAFE)), stamp=stamp, now=NOW) == 0
    assert main(must_know=False, ask=Asked(), stamp=stamp, now=NOW + timedelta(hours=23)) == 0
    for now in (NOW + timedelta(hours=25), NOW - timedelta(hours=1)):
        asked = Asked(Ended(0), SILENT)
        assert main(must_know=False, ask=asked, stamp=stamp, now=now) == 0
        assert len(asked.words) == 2
    held = json.loads(stamp.read_text())
    stamp.write_text(json.dumps(held | {"digest": "of another list"}))
    asked = Asked(Ended(0), answer(UNSAFE, code=1))
    assert main(must_know=False, ask=asked, stamp=stamp, now=NOW) == 1


def test_every_list_that_is_installed_is_asked_about() -> None:
    asked = Asked(Ended(0), answer(SAFE))
    audit.audited(asked)
    named = {Path(word).name for word in asked.words[1] if word.endswith(".txt")}
    assert named == {"run.txt", "dev.txt"}


def test_make_check_tries_it_and_make_audit_must_know() -> None:
    recipes = (audit.ROOT / "Makefile").read_text().split("\n\n")
    check = next(text for text in recipes if text.startswith("check:"))
    must = next(text for text in recipes if text.startswith("audit:"))
    assert "-m tests.audit\n" in check + "\n"
    assert "-m tests.audit --must-know" in must
