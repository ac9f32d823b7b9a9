"""What the commands print: drafts, reasons, what is wrong, and the way out."""

import errno
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from typer.core import TyperGroup

from bot.coaching.case import Tone
from bot.coaching.reasons import Catalogue, Category, Reading
from bot.files import FULL
from bot.flows.replies import language_of
from bot.install_page import INSTALL
from bot.settings import Settings, is_distributed
from bot.store import sqlite_file
from bot.wording import Words

if TYPE_CHECKING:
    from bot.case_file import Text

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

FOR_TESTS = (
    "AJAR_CLOCK_FILE is for tests: Ajar's clock follows that file, and Slack gets little time to answer. "
    "Remove it."
)
UNWRITTEN = FULL | {errno.EBADF, errno.EFBIG, errno.EIO}  # of an OSError: there is no room, or nobody reads


def stop(text: str, code: int) -> NoReturn:
    """Say why, and end with this code."""
    err.print(text, style="bold red", markup=False, soft_wrap=True)
    raise typer.Exit(code)


class Commands(TyperGroup):
    """Ctrl-C is no mistake: it ends a command without a word."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise typer.Exit(130) from None


@contextmanager
def written() -> Iterator[None]:
    """What is printed meanwhile arrives; where it can't, that is said, and it ends with 1."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError as failure:
        if failure.errno not in UNWRITTEN or failure.filename is not None:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is tried again at the end
        err.print(f"Not everything could be written ({failure.strerror}).", style="bold red", soft_wrap=True)
        sys.exit(1)


def explain_first_start(settings: Settings) -> None:
    """What was made where, and what to do next."""
    url = settings.database_url.get_secret_value()
    where = (
        f"in {sqlite_file(url) or 'the database of DATABASE_URL'}"
        if url
        else f"in {settings.ajar_data}: ajar.db"
    )
    kept = [f"This is the first start. Everything is kept {where}"]
    if settings.ajar_secret_key.get_secret_value():
        kept[0] += "."
        kept.append("Keep AJAR_SECRET_KEY elsewhere too: without it nothing that is stored can be read.")
    else:
        key = f"{settings.ajar_data / 'secret.key'}" if url else "secret.key"
        kept[0] += f", and {key} that opens it."
        kept.append("Keep a copy of secret.key elsewhere: without it nothing that is stored can be read.")
    if is_distributed(settings):
        kept.append(f"To install it in a workspace, open {settings.ajar_public_url.rstrip('/')}{INSTALL}")
    else:
        kept.append("In Slack, type /decline. Ajar writes to nobody who hasn't opened or used it.")
    kept.append("`ajar doctor` looks whether everything is well.")
    for line in kept:
        err.print(line, markup=False, soft_wrap=True)


def show_all(texts: "Iterable[tuple[str, Tone, Text]]", words: Words, locale: str, *, is_json: bool) -> None:
    """JSON lines for machines: they can be read while they come."""
    from bot.case_file import as_dict

    for name, tone, text in texts:
        if is_json:
            held = {"case": name, "tone": tone.value, **as_dict(text)}
            sys.stdout.write(json.dumps(held, ensure_ascii=False) + "\n")
        else:
            show(f"{name} · {tone} · {text.name}", text, words, locale)


def show(title: str, text: "Text", words: Words, locale: str) -> None:
    """A draft with its title, its subject and what the rubric says."""
    out.print(f"\n{title}", style="bold cyan", markup=False)
    if text.subject:
        subject = words.text("letters.email.subject", locale, subject=text.subject)
        out.print(subject, style="dim", markup=False)
    out.print(text.body, markup=False)
    for issue in text.issues:
        hint = words.text("letters.email.issue", locale, what=words.text(f"rubric.{issue}", locale))
        out.print(f"{hint} ({issue})", style="yellow", markup=False)


def show_signed(words: Words, locale: str) -> None:
    """Instead of drafts: the questions that come first once something is signed."""
    out.print(words.text("letters.signed.text", locale), markup=False)
    for question in words.entries("letters.signed.questions", locale).values():
        out.print(f"• {question}", markup=False)


def mistake_in(wrong: ValidationError | UnicodeDecodeError) -> str:
    """The first thing that is wrong with a file, and what to do."""
    if isinstance(wrong, UnicodeDecodeError):
        return "this is no text in UTF-8."
    first = wrong.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the whole file"
    said = first["msg"].removeprefix("Value error, ")
    return f"{place}: {said}. `ajar preview --schema` shows the shape."


def json_line(line: str, number: int) -> dict[str, Any]:
    """A line of a file of lines; what it is not is said with its number."""
    try:
        held = json.loads(line)
        return {"id": held["id"], "text": str(held["text"])}
    except (ValueError, KeyError, TypeError):
        stop(f'Line {number} isn\'t JSON with an id and a text, such as {{"id": "1", "text": "…"}}.', 1)


def print_reading(text: str, reading: Reading, catalogue: Catalogue, words: Words) -> None:
    """What was found in a text: likely reasons, and what is better left unsaid."""
    marks = {locale: words.text("replies.marks", locale) for locale in words.locales}
    if other := language_of(text, "en", marks):
        name = words.entries("settings.locale.options", "en")[other]
        stop(f"This looks like {name}, and reframe reads English only. --all shows every kind of reason.", 2)
    if not reading.likely:
        out.print("No reason found in it. That's fine: nobody is owed one.")
    for suggestion in reading.likely:
        led = ", ".join(text[span.start : span.end] for span in suggestion.evidence)
        print_category(
            catalogue[suggestion.category_id], led, is_sure=suggestion.category_id not in reading.guesses
        )
    said_of = {(text[item.span.start : item.span.end], item.kind): None for item in reading.warnings}
    for said, kind in said_of:
        why = words.text(f"flags.{kind}.why", "en")
        out.print(f"\nBetter left unsaid: “{said}”. {why}", style="yellow", markup=False)
    out.print(f"\nAll {len(catalogue)} kinds of reasons: ajar reframe --all", style="dim", markup=False)


def print_category(category: Category, led: str = "", *, is_sure: bool = True) -> None:
    """A kind of reason with its wordings."""
    out.print(f"\n{category.label}", style="bold cyan", markup=False, end="")
    aside = "; ".join(part for part in (led, "" if is_sure else "a guess") if part)
    out.print(f"  ({aside})" if aside else "", style="dim", markup=False)
    for phrasing in category.phrasings:
        out.print(f"  {phrasing}.", markup=False)
    for phrasing in category.if_so:
        out.print(f"  {phrasing}.  (only if it's so)", style="dim", markup=False)


def show_scene(at: datetime, who: str, text: str, *, is_json: bool) -> None:
    """One thing that happens in the tour."""
    if is_json:
        held = {"at": at.isoformat(), "who": who, "text": text}
        sys.stdout.write(json.dumps(held, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    elif who == "time":
        out.rule(text)
    else:
        style = "cyan" if who == "Robin" else "default"
        out.print(f"{at:%d %b %Y %H:%M %Z}  {who}", style=f"bold {style}")
        out.print(text, style=style, markup=False)
        out.print()
