"""ajar: serve · sandbox · tour · preview · reframe · migrate · doctor · manifest.

Exit codes: 0 all is well, 1 something is wrong in a file, in own words or with the output, 2 a wrong option
or setting, 3 Slack or the database does not answer just now: a supervisor tries again, 130 Ctrl-C.
What one command alone needs is imported there: `ajar serve` is to be ready soon after its libraries are.
"""

import asyncio
import json
import socket
import sys
import tempfile
from collections.abc import Coroutine
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml
from pydantic import ValidationError
from rich.markup import escape
from rich.panel import Panel

from bot import VERSION, logs
from bot.coaching.case import Tone
from bot.coaching.reasons import load_catalogues, load_reader
from bot.database import back_up, in_one_line, migrated, open_database
from bot.flows.ports import StoreUnavailableError
from bot.manifest import EVENTS, for_address, load_manifest
from bot.serving import fast_loop, serving, until_stopped
from bot.settings import (
    ConfigurationError,
    UnreachableError,
    data_folder,
    is_loopback,
    is_socket_mode,
    load_settings,
    unknown_settings,
    wrong_with_own_address,
)
from bot.terminal import (
    FOR_TESTS,
    Commands,
    err,
    explain_first_start,
    json_line,
    mistake_in,
    out,
    print_category,
    print_reading,
    show,
    show_all,
    show_scene,
    show_signed,
    stop,
    written,
)
from bot.wiring import clock_of, template_folder
from bot.wording import Words

if TYPE_CHECKING:
    from bot.case_file import CaseFile

app = typer.Typer(
    name="ajar",
    help="Ajar coaches a person through turning down a job offer and leaving the door open.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    cls=Commands,
    pretty_exceptions_enable=False,  # a traceback with local values could show what a person wrote
)

USUAL_PORT = 8080  # of the page

Json = Annotated[bool, typer.Option("--json", help="For machines.")]


def main() -> None:
    """The command line; what it prints has arrived when it ends."""
    with written():
        app(prog_name="ajar")


def _show_version(is_asked: bool) -> None:
    if is_asked:
        out.print(f"ajar {VERSION}")
        raise typer.Exit


@app.callback()
def _options(
    is_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which this is.")
    ] = False,
) -> None:
    pass


@app.command()
def serve() -> None:
    """Run against Slack: Socket Mode with SLACK_APP_TOKEN, else HTTP on PORT.

    It is set up by variables: SLACK_BOT_TOKEN, and SLACK_APP_TOKEN or SLACK_SIGNING_SECRET; for many
    workspaces SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and AJAR_PUBLIC_URL in place of the bot token.

    AJAR_DATA, DATABASE_URL, AJAR_SECRET_KEY, AJAR_SUPPORT and the others stand in the README's table;
    `ajar doctor` says what is missing.
    """
    _run(_serve())


async def _serve() -> None:
    for slip in unknown_settings():  # first: it may be why something else isn't set
        err.print(slip, style="yellow", markup=False, soft_wrap=True)
    settings = load_settings()
    logs.configure(settings.ajar_log_level.upper())
    if settings.ajar_clock_file:
        err.print(FOR_TESTS, style="yellow", soft_wrap=True)
    async with serving(settings) as ajar:
        for problem in ajar.problems:
            err.print(problem, style="yellow", markup=False, soft_wrap=True)
        address = f"http://{settings.ajar_host}:{settings.port}/slack/events"
        where = "Socket Mode" if is_socket_mode(settings) else address
        with in_one_line(ajar.store):
            is_first = await ajar.store.is_first_start()
        if is_first:
            explain_first_start(settings)
        err.print(f"Ajar is ready ({where}). Stop it with Ctrl-C.", soft_wrap=True)
        await until_stopped()


@app.command()
def sandbox(
    port: Annotated[
        int | None,
        typer.Option(
            help=f"Of the page; 0 takes any that is free. Else {USUAL_PORT}, or any while that is taken.",
            min=0,
            max=65535,
        ),
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Where to keep everything.")] = None,
    is_fresh: Annotated[bool, typer.Option("--fresh", help="Begin with an empty workspace.")] = False,
    is_quiet: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
) -> None:
    """Try it: a Slack of your own in the browser, with Ajar in it. Needs no account."""
    logs.quiet()
    _run(_sandbox(data or data_folder() / "sandbox", port, is_fresh=is_fresh, opens=not is_quiet))


async def _sandbox(folder: Path, port: int | None, *, is_fresh: bool, opens: bool) -> None:
    from bot.local import alone_in, begin_anew, local

    with alone_in(folder):
        if is_fresh:
            begin_anew(folder)
        async with local(folder, load_manifest(), port=port_for(port)) as running:
            await _shown(running.sandbox.url, folder, opens=opens)


async def _shown(url: str, folder: Path, *, opens: bool) -> None:
    """Say where the page is, and wait for Ctrl-C."""
    kept = f"Ctrl-C stops it; everything is kept in {folder}"
    text = f"Open [bold]{url}[/bold] and type [bold]/decline[/bold]\n{escape(kept)}"
    out.print(Panel(text, title="Ajar and a local Slack"))
    if opens and sys.stdout.isatty():
        import webbrowser

        webbrowser.open(url)
    await until_stopped()


def port_for(port: int | None) -> int:
    """A port one asked for; else the usual one, or any other when something runs there already."""
    if port is not None:
        return port
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", USUAL_PORT))
        except OSError:
            return 0
    return USUAL_PORT


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

    # It ends in order also when whoever reads it goes away, as `head` does.
    async with aclosing(tour(folder, load_manifest(), over_sockets=over_sockets)) as scenes:
        async for scene in scenes:
            show_scene(scene.at, scene.who, scene.text, is_json=is_json)


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
    if locale and not words.speaks(locale):
        stop(f"--locale: there is nothing in {locale}. There is {', '.join(words.locales)}.", 2)
    if is_all:
        chosen = words.locale_of(locale or "en")
        texts = texts_of_examples(words, catalogue, chosen, seed, tuple(Tone))
        show_all(texts, words, chosen, is_json=is_json)
        return
    if file is None:
        if words.has_overlay:  # what is wrong with it has been said
            raise typer.Exit(1 if words.problems else 0)
        stop("Name a file with a case as JSON, use --all, or --schema to see the shape of a case.", 2)
    case = _case_in(file)
    if locale:
        case = case.model_copy(update={"locale": locale})
    made = list(texts_of(case, words, catalogue))
    if is_json:
        out.print_json(json.dumps([as_dict(item) for item in made]))
        return
    for item in made:
        show(item.name, item, words, case.locale)
    if not made:  # drafts come only once it is clear what the contract asks for
        show_signed(words, case.locale)


def _case_in(file: Path) -> "CaseFile":
    """What stands in the file, or in the input; what is wrong with it ends the command."""
    from bot.case_file import CaseFile

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        return CaseFile.model_validate_json(text)
    except OSError as refused:
        stop(f"{file}: {refused.strerror}.", 1)
    except (ValidationError, UnicodeDecodeError) as wrong:
        stop(f"{file}: {mistake_in(wrong)}", 1)


def _own_words() -> Words:
    """Ours with those of AJAR_TEMPLATES before them; what is wrong with those is said."""
    try:
        own = load_settings().ajar_templates
    except ConfigurationError as wrong:
        stop(str(wrong), 2)
    words = Words(template_folder(), own)
    for problem in words.problems:
        err.print(problem, style="yellow", markup=False, soft_wrap=True)
    return words


@app.command()
def reframe(
    text: Annotated[str | None, typer.Argument(help="A reason in your own words, in English.")] = None,
    is_jsonl: Annotated[bool, typer.Option("--jsonl", help='Read lines {"id","text"}, print lines.')] = False,
    is_all: Annotated[bool, typer.Option("--all", help="Every kind of reason there is.")] = False,
) -> None:
    """Turn blunt words into professional ones; it reads English only. Nothing is kept."""
    from bot.reframing import reframed

    folder = template_folder()
    reader, catalogue = load_reader(folder / "en" / "reasons"), load_catalogues(folder)
    words = Words(folder)
    if is_jsonl:
        for number, line in enumerate(sys.stdin, 1):
            if line.strip():
                held = json_line(line, number)
                found = reframed(held["id"], held["text"], reader, catalogue, words)
                sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
                sys.stdout.flush()
        return
    if is_all:
        for category in catalogue:
            print_category(category)
        return
    if text is None:
        stop('Write a reason in quotes, as in: ajar reframe "the pay is a joke"', 2)
    print_reading(text, reader.read(text), catalogue, words)


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
def backup(
    file: Annotated[Path, typer.Argument(help="Where to put the copy.")],
    replaces: Annotated[bool, typer.Option("--replace", help="An earlier copy of that name goes.")] = False,
) -> None:
    """Copy the SQLite database to a file, also while serve is running."""
    try:
        back_up(load_settings(), file, replaces=replaces)
    except (ConfigurationError, StoreUnavailableError) as wrong:
        stop(f"Nothing was copied: {str(wrong).rstrip('.')}.", 2)
    said = (
        f"The copy is {file}. It opens only with the same AJAR_SECRET_KEY (or secret.key), so keep that too."
    )
    err.print(said, markup=False, soft_wrap=True)


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
            said = f"{signs[finding.state]} [bold]{finding.about}[/]  {escape(finding.says)}"
            out.print(said, soft_wrap=True)  # a path stays one word
            if finding.remedy:
                out.print(f"    {escape(finding.remedy)}", soft_wrap=True)
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
    wrong = wrong_with_own_address(url.rstrip("/").removesuffix(EVENTS)) if url else ""
    if wrong:
        stop(f"--url {wrong}. Give it the bare address of this server, such as https://ajar.example.org", 2)
    if url and not url.startswith("https://") and not is_loopback(url):
        stop("--url: Slack only takes addresses that begin with https://", 2)
    if is_distributed and not url:
        stop("--oauth: installing by OAuth needs an address; add --url https://…", 2)
    if is_rotating and not is_distributed:
        stop("--rotate: only installs by OAuth can renew their tokens; add --oauth", 2)
    held = (
        for_address(url, is_distributed=is_distributed, is_rotating=is_rotating) if url else load_manifest()
    )
    sys.stdout.write(yaml.safe_dump(held, sort_keys=False, allow_unicode=True))


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        with asyncio.Runner(loop_factory=fast_loop()) as runner:
            runner.run(work)
    except (UnreachableError, StoreUnavailableError) as passing:
        stop(str(passing), 3)
    except ConfigurationError as wrong:
        stop(str(wrong), 2)
