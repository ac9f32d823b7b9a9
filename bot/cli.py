"""ajar: serve · sandbox · tour · preview · reframe · migrate · doctor · manifest.

Exit codes: 0 all is well, 1 something in what was given is wrong, 2 Ajar can't run like this.
What one command alone needs is imported there: `ajar serve` is to be ready soon after its libraries are.
"""

import asyncio
import json
import socket
import sys
import tempfile
from collections.abc import Coroutine, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
import yaml
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.panel import Panel

from bot import logs
from bot.coaching.case import Tone
from bot.coaching.reasons import Catalogue, Category, Reading, load_catalogues, load_reader
from bot.flows.ports import StoreUnavailableError
from bot.install_page import INSTALL
from bot.manifest import for_address, load_manifest
from bot.serving import fast_loop, serving, until_stopped
from bot.settings import (
    ConfigurationError,
    Settings,
    data_folder,
    is_distributed,
    is_socket_mode,
    load_settings,
)
from bot.wiring import back_up, clock_of, migrated, open_database, template_folder
from bot.wording import Words

if TYPE_CHECKING:
    from bot.case_file import Text

app = typer.Typer(
    name="ajar",
    help="Ajar coaches a person through turning down a job offer and leaving the door open.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,  # a traceback with local values could show what a person wrote
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

USUAL_PORT = 8080  # of the page

Json = Annotated[bool, typer.Option("--json", help="For machines.")]


def main() -> None:
    """The command line."""
    app(prog_name="ajar")


@app.command()
def serve() -> None:
    """Run against Slack: Socket Mode with SLACK_APP_TOKEN, else HTTP on PORT."""
    _run(_serve())


async def _serve() -> None:
    settings = load_settings()
    logs.configure(settings.ajar_log_level.upper())
    is_first = not settings.database_url.get_secret_value() and not (settings.ajar_data / "ajar.db").exists()
    async with serving(settings) as ajar:
        for problem in ajar.problems:
            err.print(problem, style="yellow", markup=False, soft_wrap=True)
        address = f"http://{settings.ajar_host}:{settings.port}/slack/events"
        where = "Socket Mode" if is_socket_mode(settings) else address
        if is_first:
            _explain_first_start(settings)
        err.print(f"Ajar is ready ({where}). Stop it with Ctrl-C.", soft_wrap=True)
        await until_stopped()


def _explain_first_start(settings: Settings) -> None:
    """What was made where, and what to do next."""
    kept = [f"This is the first start. Everything is kept in {settings.ajar_data}: ajar.db"]
    if settings.ajar_secret_key.get_secret_value():
        kept[0] += "."
    else:
        kept[0] += ", and secret.key that opens it."
        kept.append("Keep a copy of secret.key elsewhere: without it nothing that is stored can be read.")
    if is_distributed(settings):
        kept.append(f"To install it in a workspace, open {settings.ajar_public_url.rstrip('/')}{INSTALL}")
    else:
        kept.append("In Slack, type /decline. Ajar writes to nobody who hasn't asked for it.")
    kept.append("`ajar doctor` looks whether everything is well.")
    for line in kept:
        err.print(line, markup=False, soft_wrap=True)


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Of the page; 0 takes any that is free.")] = USUAL_PORT,
    data: Annotated[Path | None, typer.Option(help="Where to keep everything.")] = None,
    is_fresh: Annotated[bool, typer.Option("--fresh", help="Begin with an empty workspace.")] = False,
    is_quiet: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
) -> None:
    """Try it: a Slack of your own in the browser, with Ajar in it. Needs no account."""
    folder = data or data_folder() / "sandbox"
    if is_fresh and folder.exists():
        for file in ("slack.json", "clock.txt", "ajar.db", "ajar.db-wal", "ajar.db-shm"):
            (folder / file).unlink(missing_ok=True)
    logs.quiet()
    _run(_sandbox(folder, port, opens=not is_quiet))


async def _sandbox(folder: Path, port: int, *, opens: bool) -> None:
    from bot.local import local

    async with local(folder, load_manifest(), port=_free(port)) as running:
        url = running.sandbox.url
        kept = f"Ctrl-C stops it; everything is kept in {folder}"
        text = f"Open [bold]{url}[/bold] and type [bold]/decline[/bold]\n{kept}"
        out.print(Panel(text, title="Ajar and a local Slack"))
        if opens and sys.stdout.isatty():
            import webbrowser

            webbrowser.open(url)
        await until_stopped()


def _free(port: int) -> int:
    """The usual port, or any other when something runs there already; a port one asked for stays."""
    if port != USUAL_PORT:
        return port
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return 0
    return port


@app.command(name="tour")
def tour_command(
    is_json: Json = False,
    over_sockets: Annotated[bool, typer.Option("--socket-mode", help="Instead of HTTP.")] = False,
) -> None:
    """Watch a whole story in the terminal: from /decline to a year of notes."""
    logs.quiet()
    with tempfile.TemporaryDirectory(prefix="ajar-") as folder:
        _run(_tour(Path(folder), is_json=is_json, over_sockets=over_sockets))


async def _tour(folder: Path, *, is_json: bool, over_sockets: bool) -> None:
    from bot.tour import tour

    async for scene in tour(folder, load_manifest(), over_sockets=over_sockets):
        if is_json:
            held = {"at": scene.at.isoformat(), "who": scene.who, "text": scene.text}
            sys.stdout.write(json.dumps(held, ensure_ascii=False) + "\n")
        elif scene.who == "time":
            out.rule(scene.text)
        else:
            style = "cyan" if scene.who == "Robin" else "default"
            out.print(f"{scene.at:%d %b %Y %H:%M}  {scene.who}", style=f"bold {style}")
            out.print(scene.text, style=style, markup=False)
            out.print()


@app.command()
def preview(
    file: Annotated[Path | None, typer.Argument(help="A case as JSON; - reads it from the input.")] = None,
    is_json: Json = False,
    is_schema: Annotated[bool, typer.Option("--schema", help="Print the JSON schema of a case.")] = False,
    is_all: Annotated[bool, typer.Option("--all", help="Every built-in case in every tone.")] = False,
    locale: Annotated[str, typer.Option(help="In this language, such as es; else the case's own.")] = "",
    seed: Annotated[str, typer.Option(help="Of --all: another one chooses other phrasings.")] = "1",
) -> None:
    """Render every draft and note of a case, or of every kind of case."""
    from bot.case_file import CaseFile, as_dict, texts_of, texts_of_examples

    if is_schema:
        out.print_json(json.dumps(CaseFile.model_json_schema()))
        return
    words, catalogue = _own_words(), load_catalogues(template_folder())
    if is_all:
        chosen = words.locale_of(locale or "en")
        _show_all(texts_of_examples(words, catalogue, chosen, seed, tuple(Tone)), is_json=is_json)
        return
    if file is None:
        if words.has_overlay:  # what is wrong with it has been said
            raise typer.Exit(1 if words.problems else 0)
        _stop("Name a file with a case as JSON, use --all, or --schema to see the shape of a case.", 1)
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        case = CaseFile.model_validate_json(text)
    except OSError as refused:
        _stop(f"{file}: {refused.strerror}.", 1)
    except (ValidationError, UnicodeDecodeError) as wrong:
        _stop(f"{file}: {_first_problem(wrong)}", 1)
    if locale:
        case = case.model_copy(update={"locale": locale})
    texts = list(texts_of(case, words, catalogue))
    if is_json:
        out.print_json(json.dumps([as_dict(item) for item in texts]))
        return
    for item in texts:
        _show(item.name, item)


def _own_words() -> Words:
    """Ours with those of AJAR_TEMPLATES before them; what is wrong with those is said."""
    words = Words(template_folder(), load_settings().ajar_templates)
    for problem in words.problems:
        err.print(problem, style="yellow", markup=False, soft_wrap=True)
    return words


def _show_all(texts: "Iterable[tuple[str, Tone, Text]]", *, is_json: bool) -> None:
    """JSON lines for machines: they can be read while they come."""
    from bot.case_file import as_dict

    for name, tone, text in texts:
        if is_json:
            held = {"case": name, "tone": tone.value, **as_dict(text)}
            sys.stdout.write(json.dumps(held, ensure_ascii=False) + "\n")
        else:
            _show(f"{name} · {tone} · {text.name}", text)


def _show(title: str, text: "Text") -> None:
    out.print(f"\n{title}", style="bold cyan", markup=False)
    if text.subject:
        out.print(f"Subject: {text.subject}", style="dim", markup=False)
    out.print(text.body, markup=False)
    for issue in text.issues:
        out.print(f"rubric: {issue}", style="yellow", markup=False)


def _first_problem(wrong: ValidationError | UnicodeDecodeError) -> str:
    if isinstance(wrong, UnicodeDecodeError):
        return "this is no text in UTF-8."
    first = wrong.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the whole file"
    return f"{place}: {first['msg']}. `ajar preview --schema` shows the shape."


@app.command()
def reframe(
    text: Annotated[str | None, typer.Argument(help="A reason in your own words.")] = None,
    is_jsonl: Annotated[bool, typer.Option("--jsonl", help='Read lines {"id","text"}, print lines.')] = False,
    is_all: Annotated[bool, typer.Option("--all", help="Every kind of reason there is.")] = False,
) -> None:
    """Turn blunt words into professional ones. Nothing is kept."""
    from bot.reframing import reframed

    folder = template_folder()
    reader, catalogue = load_reader(folder / "en" / "reasons"), load_catalogues(folder)
    words = Words(folder)
    if is_jsonl:
        for number, line in enumerate(sys.stdin, 1):
            if line.strip():
                held = _json_line(line, number)
                found = reframed(held["id"], held["text"], reader, catalogue, words)
                sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
                sys.stdout.flush()
        return
    if is_all:
        for category in catalogue:
            _print_category(category)
        return
    if text is None:
        _stop('Write a reason in quotes, as in: ajar reframe "the pay is a joke"', 1)
    _print_reading(text, reader.read(text), catalogue, words)


def _json_line(line: str, number: int) -> dict[str, Any]:
    try:
        held = json.loads(line)
        return {"id": held["id"], "text": str(held["text"])}
    except (ValueError, KeyError, TypeError):
        _stop(f'Line {number} is no {{"id", "text"}} in JSON.', 1)


def _print_reading(text: str, reading: Reading, catalogue: Catalogue, words: Words) -> None:
    if not reading.suggestions:
        out.print("No reason found in it. That's fine: nobody is owed one.")
    for suggestion in reading.suggestions:
        led = ", ".join(text[span.start : span.end] for span in suggestion.evidence)
        _print_category(catalogue[suggestion.category_id], led)
    for finding in reading.findings:
        said = text[finding.span.start : finding.span.end]
        why = words.text(f"flags.{finding.kind}.why", "en")
        out.print(f"\nBetter left unsaid: “{said}”. {why}", style="yellow", markup=False)
    out.print(f"\nAll {len(catalogue)} kinds of reasons: ajar reframe --all", style="dim", markup=False)


def _print_category(category: Category, led: str = "") -> None:
    out.print(f"\n{category.label}", style="bold cyan", markup=False, end="")
    out.print(f"  ({led})" if led else "", style="dim", markup=False)
    for phrasing in category.phrasings:
        out.print(f"  {phrasing}.", markup=False)


@app.command()
def migrate() -> None:
    """Bring the database to this version; serve does it by itself."""
    _run(_migrate())


async def _migrate() -> None:
    settings = load_settings()
    store = open_database(settings, clock_of(settings))
    try:
        await migrated(store)
    finally:
        await store.close()
    err.print("The database is up to date.")


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Where to put the copy.")]) -> None:
    """Copy the SQLite database to a file, also while serve is running."""
    try:
        back_up(load_settings(), file)
    except (ConfigurationError, StoreUnavailableError) as wrong:
        _stop(f"Nothing was copied: {wrong}.", 2)
    err.print(
        f"The copy is {file}. It opens with the same AJAR_SECRET_KEY or secret.key alone: keep that too."
    )


@app.command()
def doctor(is_json: Json = False) -> None:
    """Look at everything that serving needs, and say what to do about what is wrong."""
    logs.quiet()
    _run(_doctor(is_json=is_json))


async def _doctor(*, is_json: bool) -> None:
    from bot.doctor import State, examine

    signs = {State.WELL: "[green]✓[/]", State.NOTE: "[yellow]·[/]", State.WRONG: "[red]✗[/]"}
    findings = []
    async for finding in examine():
        findings.append(finding)
        if not is_json:
            out.print(f"{signs[finding.state]} [bold]{finding.about}[/]  {escape(finding.says)}")
            if finding.remedy:
                out.print(f"    {escape(finding.remedy)}")
    if is_json:
        sys.stdout.write(json.dumps([asdict(finding) for finding in findings], indent=2) + "\n")
    if any(finding.state is State.WRONG for finding in findings):
        raise typer.Exit(2)


@app.command()
def manifest(
    url: Annotated[str, typer.Option(help="Where Slack reaches Ajar over HTTP; empty: Socket Mode.")] = "",
    is_distributed: Annotated[
        bool, typer.Option("--oauth", help="For many workspaces and organisations, by /slack/install.")
    ] = False,
    is_rotating: Annotated[
        bool, typer.Option("--rotate", help="With tokens that Ajar renews before they end.")
    ] = False,
) -> None:
    """Print the app manifest to paste into Slack."""
    if url and not url.startswith("https://"):
        _stop("--url: Slack only takes addresses that begin with https://", 1)
    if is_distributed and not url:
        _stop("--oauth: installing by OAuth needs an address; add --url https://…", 1)
    if is_rotating and not is_distributed:
        _stop("--rotate: only installs by OAuth can renew their tokens; add --oauth", 1)
    held = (
        for_address(url, is_distributed=is_distributed, is_rotating=is_rotating) if url else load_manifest()
    )
    sys.stdout.write(yaml.safe_dump(held, sort_keys=False, allow_unicode=True))


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        with asyncio.Runner(loop_factory=fast_loop()) as runner:
            runner.run(work)
    except (ConfigurationError, StoreUnavailableError) as wrong:
        _stop(str(wrong), 2)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _stop(text: str, code: int) -> NoReturn:
    err.print(text, style="bold red", markup=False, soft_wrap=True)
    raise typer.Exit(code)
