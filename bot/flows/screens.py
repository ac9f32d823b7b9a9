"""A page of the interview with all its words resolved, ready for any surface to draw."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.coaching.interview import (
    LEFT_OUT,
    SHARED,
    Answers,
    Kind,
    Question,
    Step,
    guesses_in,
    many_in,
    questions_of,
    reasons_in,
    tells_reasons,
)
from bot.coaching.reasons import Catalogue, Category, FlagKind, Reading, Span
from bot.coaching.rubric import RULES
from bot.flows.ports import Interview, Part
from bot.flows.visitor import Saying


@dataclass(frozen=True)
class Option:
    """One line of a list."""

    value: str = field(repr=False)
    label: str = field(repr=False)
    hint: str = ""
    group: str = ""


@dataclass(frozen=True)
class Field:
    """A question with its words and what to show in it."""

    id: str
    kind: Kind
    label: str
    hint: str = ""
    placeholder: str = ""
    options: tuple[Option, ...] = ()
    initial: object = field(default=None, repr=False)
    is_required: bool = False
    longest: int = 150


@dataclass(frozen=True)
class Notice:
    """A line to read; before the fields unless it names the field that it stands above."""

    text: str = field(repr=False)
    above: str = ""
    is_heading: bool = False


@dataclass(frozen=True)
class Screen:
    """What a modal shows."""

    name: str
    about: str  # the id of the interview or the case
    title: str
    close: str
    submit: str = ""
    back: str = ""
    step: str = ""
    place: str = ""  # the message that it was opened from
    notices: tuple[Notice, ...] = field(default=(), repr=False)
    fields: tuple[Field, ...] = ()
    parts: tuple[Part, ...] = field(default=(), repr=False)
    go_on: str = ""
    start_anew: str = ""
    company: str = field(default="", repr=False)
    locale: str = ""  # of its words; the next request needs no look-up to answer in it
    stencil: str = ""  # screens of the same stencil differ in `about` alone


def form(
    name: str,
    case_id: str,
    saying: Saying,
    words: Mapping[str, Any],
    fields: tuple[Field, ...],
    *,
    place: str = "",
    step: str = "",
    has_real_names: bool = False,
) -> Screen:
    """A window of fields about one case. `words`: its title, submit and perhaps text.

    Whoever asked for code names is told why the real ones stand in the fields.
    """
    texts = [words["text"]] if "text" in words else []
    if has_real_names and saying.visitor.preferences.has_code_names:
        texts.append(saying.say("settings.real_names"))
    return Screen(
        name,
        case_id,
        title=words["title"],
        close=saying.say("interview.close"),
        submit=words["submit"],
        step=step,
        place=place,
        notices=tuple(map(Notice, texts)),
        fields=fields,
    )


@dataclass(frozen=True)
class StepPage:
    """The makings of one page."""

    interview: Interview
    step: Step
    number: int
    answers: Answers = field(repr=False)
    reading: Reading | None = None
    raw: str = field(default="", repr=False)
    own_readings: Mapping[str, Reading] = field(default_factory=dict, repr=False)  # of wordings typed
    own_slips: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    unread: tuple[str, ...] = ()  # why raw words in another language say nothing, in both
    twin: str = field(default="", repr=False)  # that there is an offer of this name already
    is_overdue: bool = False  # whether the answer was due before now
    has_call_hour: bool = True  # whether anybody works before the answer is due

    def screen(self, saying: Saying, catalogue: Catalogue) -> Screen:
        """The page in the visitor's words."""
        key = f"interview.{self.step}"
        questions = questions_of(self.step, self.answers)
        is_list = self.step is Step.REASONS and not catalogue.is_read  # only the list is understood
        asked = tuple(item for item in questions if not (is_list and item.kind is Kind.LONG_TEXT))
        fields = tuple(self._field(item, saying, catalogue) for item in asked)
        intro = "intro_list" if is_list else "intro"
        return Screen(
            name="step",
            about=self.interview.id,
            locale=saying.visitor.locale,
            step=self.step,
            title=saying.say(f"{key}.title"),
            submit=saying.say(f"{key}.submit"),
            close=saying.say("interview.close"),
            back=saying.say("interview.back") if self.step is not Step.OFFER else "",
            notices=(
                Notice(saying.say(f"{key}.{intro}", number=self.number)),
                *self._notices(saying, catalogue),
            ),
            fields=fields,
        )

    def _notices(self, saying: Saying, catalogue: Catalogue) -> tuple[Notice, ...]:
        if self.step is Step.PLAN:
            is_asked = any(item.id == "call_at" for item in questions_of(self.step, self.answers))
            no_hour = [Notice(saying.say("interview.plan.no_call_hour", is_overdue=self.is_overdue))]
            return (*self._own_warnings(saying), *(no_hour if is_asked and not self.has_call_hour else ()))
        if self.step is not Step.WORDING:
            return (Notice(self.twin),) if self.twin else ()
        category_ids = reasons_in(self.answers)
        unread = tuple(Notice(text) for text in self.unread)
        if not category_ids:
            none = "none_is_true" if self._lies else "none"
            said = (*self._warnings(saying), Notice(saying.say(f"interview.wording.{none}")))
            return unread or said
        named = tuple(
            Notice(
                saying.say("interview.wording.reason", label=catalogue[item].label), f"wording:{item}", True
            )
            for item in category_ids
        )
        warned = (*self._warnings(saying), *self._alternatives(saying))
        if not tells_reasons(self.answers):
            warned = (*warned, Notice(saying.say("interview.wording.untold")))
        return (*unread, *warned, *named, *self._hints(saying, catalogue))

    def _own_warnings(self, saying: Saying) -> Iterator[Notice]:
        """What to consider about wordings of one's own; they are used as they are all the same."""
        yield from map(Notice, warnings_of(self.own_readings, self.own_slips, saying))

    @property
    def _lies(self) -> tuple[Span, ...]:
        """Where the raw words ask for something to be told that isn't so, or perhaps isn't."""
        findings = self.reading.findings if self.reading else ()
        return tuple(finding.span for finding in findings if finding.kind is FlagKind.LIE)

    def _is_doubted(self, category_id: str) -> bool:
        """Whether a reason stands nowhere but in what is perhaps a lie, and wasn't picked as well."""
        read = self.reading.suggestions if self.reading else ()
        led = [span for item in read if item.category_id == category_id for span in item.evidence]
        is_picked = category_id in many_in(self.answers, "picked")
        return not is_picked and bool(led) and all(any(span.meets(lie) for lie in self._lies) for span in led)

    def _alternatives(self, saying: Saying) -> tuple[Notice, ...]:
        """A lie is answered by what is always true."""
        return (Notice(saying.say("interview.wording.lie")),) if self._lies else ()

    def _hints(self, saying: Saying, catalogue: Catalogue) -> Iterator[Notice]:
        """What is a guess; what is hard to walk back, with wordings bound to the present."""
        for item in reasons_in(self.answers):
            if item in guesses_in(self.answers):
                yield Notice(saying.say("interview.wording.guessed"), f"wording:{item}")
            if catalogue[item].for_now:
                text = saying.say("interview.wording.hard_to_undo", label=catalogue[item].label)
                yield Notice(text, f"wording:{item}")

    def _warnings(self, saying: Saying) -> tuple[Notice, ...]:
        """What is better left unsaid, in the person's own words, with the reason why."""
        if self.reading is None or not self.reading.findings:
            return ()
        snippets = _snippets(self.raw, self.reading)
        heading = Notice(saying.say("interview.wording.unsaid_heading"), is_heading=True)
        unsaid = (
            saying.say(
                "interview.wording.unsaid",
                what=" · ".join(dict.fromkeys(texts))[:200],
                why=saying.say(f"flags.{kind}.why"),
            )
            for kind, texts in snippets.items()
        )
        return (heading, *(Notice(text) for text in unsaid))

    def _field(self, question: Question, saying: Saying, catalogue: Catalogue) -> Field:
        words = _words(question, self.step, saying)
        options = _options(question, words, saying, catalogue, is_untrue=bool(self._lies))
        return Field(
            id=question.id,
            kind=question.kind,
            label=words["label"] if catalogue.is_read else words.get("label_list", words["label"]),
            hint=hint_in(words, self.answers),
            placeholder=words.get("placeholder", ""),
            options=options,
            initial=self._initial(question, catalogue, {item.value for item in options}),
            is_required=question.is_required,
            longest=question.longest,
        )

    def _initial(self, question: Question, catalogue: Catalogue, offered: set[str]) -> object:
        given = self.answers.get(question.id)
        name, _, category_id = question.id.partition(":")
        if name == "wording" and given not in offered:  # or it was chosen in another language
            if category_id in guesses_in(self.answers) or self._is_doubted(category_id):
                return LEFT_OUT  # what may not be so is never the choice of whoever just goes on
            phrasings = catalogue[category_id].phrasings
            # Another person with the same reason starts from another wording.
            return phrasings[zlib.crc32(f"{self.interview.id}{category_id}".encode()) % len(phrasings)]
        return given if given is not None else question.default or None


def warnings_of(
    readings: Mapping[str, Reading], slips: Mapping[str, tuple[str, ...]], saying: Saying
) -> Iterator[str]:
    """What to consider about wordings of one's own: what the reader notices in each, and which rules."""
    for text, reading in readings.items():
        for kind, parts in _snippets(text, reading).items():
            what, why = " · ".join(parts)[:200], saying.say(f"flags.{kind}.why")
            yield saying.say("interview.plan.own_flagged", what=what, why=why)
    for text, rules in slips.items():
        for rule in rules:
            if rule in RULES and text in readings:
                continue  # the reader has said which word it is
            why = saying.say(f"rubric.{rule}" if rule in RULES else f"interview.plan.{rule}")
            yield saying.say("interview.plan.own_flagged", what=text[:200], why=why)


def hint_in(words: Mapping[str, Any], answers: Answers) -> str:
    """The hint of a question; some say more once it is known when the answer is due."""
    return str(words.get("hint_due" if answers.get("answer_due_at") and "hint_due" in words else "hint", ""))


def _words(question: Question, step: Step, saying: Saying) -> Mapping[str, Any]:
    name = question.id.partition(":")[0]
    return saying.entries(f"interview.{step}.{name}")


def _options(
    question: Question,
    words: Mapping[str, object],
    saying: Saying,
    catalogue: Catalogue,
    *,
    is_untrue: bool = False,
) -> tuple[Option, ...]:
    name, _, category_id = question.id.partition(":")
    if name == "wording":
        return _wordings(catalogue[category_id], saying, is_untrue=is_untrue)
    if question.id == SHARED:
        return tuple(
            Option(item, catalogue[item].label, _sharing(item, saying, catalogue))
            for item in question.options
        )
    if question.kind is Kind.REASONS:
        return tuple(
            Option(item.id, item.label, item.hint, catalogue.groups[item.group]) for item in catalogue
        )
    labels = words.get("options")
    if not isinstance(labels, Mapping):
        return ()
    hints = words.get("hints")
    hints = hints if isinstance(hints, Mapping) else {}
    values = question.options or tuple(labels)
    return tuple(Option(str(value), labels[str(value)], hints.get(str(value), "")) for value in values)


def _wordings(category: Category, saying: Saying, *, is_untrue: bool) -> tuple[Option, ...]:
    """Under headings where there is more than one kind."""
    has_groups = bool(category.if_so or category.for_now) or is_untrue
    names = ("as_usual", "if_so", "for_now", "always_true")
    words = {name: saying.say(f"interview.wording.{name}") for name in names}
    usual = words["as_usual"] if has_groups else ""
    options = [Option(text, text, group=usual) for text in category.phrasings]
    options += [Option(text, text, group=words["if_so"]) for text in category.if_so]
    options += [Option(text, text, group=words["for_now"]) for text in category.for_now]
    text = saying.say(f"interview.wording.{'left_out_truly' if is_untrue else 'left_out'}")
    return (*options, Option(LEFT_OUT, text, group=words["always_true"] if is_untrue else usual))


def _snippets(text: str, reading: Reading) -> dict[FlagKind, list[str]]:
    """The stretches that were noticed, each once, by what they are."""
    found: dict[FlagKind, list[str]] = {}
    for finding in reading.warnings:
        part = text[finding.span.start : finding.span.end].strip()
        known = found.setdefault(finding.kind, [])
        if part.casefold() not in map(str.casefold, known):
            known.append(part)
    return found


def _sharing(category_id: str, saying: Saying, catalogue: Catalogue) -> str:
    return saying.say(f"interview.wording.sharing.{catalogue[category_id].share}")
