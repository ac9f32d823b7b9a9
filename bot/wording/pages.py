"""Files of words → trees of compiled texts; each text knows the line that it stands on."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Template, TemplateError, TemplateSyntaxError, meta, nodes

from bot.wording.guarding import GLOBALS, Guarded
from bot.wording.mistakes import in_file, in_template
from bot.yaml_loading import LOADER

LARGEST = 500_000  # bytes of one file
MOST_NODES = 20_000
VARIES = re.compile(r"\{[{%#]")
NAMED = re.compile(r"\{\{ *([a-z_]+) *\}\}")  # a fact as it is
TRIAL = "is_trial"  # a fact: own words are being tried out, and are to fail where they fail
MORE = "+"  # after the name of a list: these are added to ours
FAILURES = (
    TemplateError,
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    RecursionError,
)


class MissingWordsError(LookupError):
    """No locale has words for this key."""


class PageError(ValueError):
    """A mistake in a file: the line, and what it is."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}" if line else what)


@dataclass(frozen=True)
class Source:
    """A text with the place that it came from, and ours where it is somebody's own.

    One that never varies is not rendered at all.
    """

    compiled: Callable[[], Template] | None  # none for a text that never varies
    file: str
    line: int
    naming: Callable[[], frozenset[str]] = frozenset
    constant: str = ""
    pieces: tuple[str, ...] = ()  # of a text that only names facts: what stands between, and the names
    instead: "Source | None" = field(default=None, repr=False)

    @cached_property
    def names(self) -> frozenset[str]:
        """The facts that it names, found out when it is first said."""
        return self.naming()

    @cached_property
    def template(self) -> Template | None:
        """What Jinja makes of it."""
        return self.compiled() if self.compiled else None

    def render(self, facts: Mapping[str, object]) -> str:
        """The text; somebody's own that fails or says nothing gives way to ours."""
        if self.instead is None or self.compiled is None or TRIAL in facts:
            return self.strictly(facts)
        try:
            said = self.strictly(facts)
            return said if said.strip() else self.instead.render(facts)
        except FAILURES:
            return self.instead.render(facts)

    def strictly(self, facts: Mapping[str, object]) -> str:
        """The text itself. Raises one of FAILURES."""
        if isinstance(facts, Facts):
            facts.make(self.names)
        if self.pieces and self.names <= facts.keys():
            return "".join(
                str(facts[piece]) if place % 2 else piece for place, piece in enumerate(self.pieces)
            )
        if self.template is None:
            return self.constant
        if not isinstance(facts, Facts):
            return self.template.render(facts)
        try:  # the facts as they are: `render` would copy them, and the globals, for each phrase of a draft
            return "".join(self.template.root_render_func(self.template.new_context(facts, shared=True)))
        except FAILURES:
            return self.template.render(facts)  # fails again, and this way it knows its line

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file}, line {self.line}"


class Facts(dict[str, object]):
    """What a draft may name; what a locale makes of the rest is made when a text first names it."""

    def __init__(self, given: Mapping[str, object], makings: Mapping[str, Source]) -> None:
        super().__init__(GLOBALS, **given)
        self._makings = makings

    def make(self, names: Iterable[str]) -> None:
        """These, and those that they are made of."""
        for name in names:
            if name in self._makings and name not in self:
                self[name] = self._makings[name].render(self)


Tree = dict[str, Any]  # a name → a Source, a list of them, or another tree


class Pages:
    """Reads files with one environment."""

    def __init__(self, environment: Guarded) -> None:
        self._environment = environment

    def read(self, file: Path) -> Tree:
        """Everything of one file. Raises PageError."""
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise PageError(0, "this is no text in UTF-8") from None
        except OSError as refused:
            raise PageError(0, str(refused.strerror or refused)) from None
        if len(text) > LARGEST:
            raise PageError(0, "this file is too large")
        try:
            node = yaml.compose(text, Loader=LOADER)
        except yaml.YAMLError as wrong:
            mark = getattr(wrong, "problem_mark", None)
            line = mark.line + 1 if mark else 0
            raise PageError(line, in_file(getattr(wrong, "problem", None) or "this is no YAML")) from None
        except RecursionError:
            raise PageError(0, "nested too deeply") from None
        if node is None:
            return {}
        if not isinstance(node, yaml.MappingNode):
            raise PageError(1, "names with texts are expected")
        _count(node, [0])
        return self._mapping(node, str(file))

    def _mapping(self, node: Any, file: str) -> Tree:
        tree: Tree = {}
        for key, value in node.value:
            name = str(key.value)
            if name in tree:
                raise PageError(key.start_mark.line + 1, f"{name} stands there twice")
            tree[name] = self._value(value, file)
        return tree

    def _value(self, node: Any, file: str) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, file)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, file) for item in node.value]
        return self._source(node, file)

    def _source(self, node: Any, file: str) -> Source:
        line = node.start_mark.line + 1
        offset = line if node.style in {"|", ">"} else line - 1  # a block begins on the line below
        if not VARIES.search(node.value):
            return Source(None, file, line, constant=node.value)
        try:
            pieces = tuple(NAMED.split(node.value.removesuffix("\n")))
            if not any(VARIES.search(piece) for piece in pieces[::2]):  # nothing that could be wrong
                later = partial(self._environment.from_string, node.value)
                return Source(later, file, line, partial(frozenset, pieces[1::2]), pieces=pieces)
            tree = self._environment.parse(node.value)
            template = self._environment.from_string(tree)
            return Source(lambda: template, file, line, partial(_named, tree))
        except TemplateSyntaxError as wrong:
            raise PageError(
                offset + (wrong.lineno or 1), in_template(wrong.message or "no template")
            ) from None
        except FAILURES as wrong:  # a constant that can't be worked out
            raise PageError(line, failure_of(wrong)) from None


def _named(tree: nodes.Template) -> frozenset[str]:
    return frozenset(meta.find_undeclared_variables(tree)) - GLOBALS.keys()


def failure_of(wrong: Exception) -> str:
    """What went wrong in a template, without anything that was put into it."""
    if isinstance(wrong, MissingWordsError):
        return str(wrong)
    if isinstance(wrong, TemplateError):
        return in_template(wrong.message or "an unknown name")
    return f"can't be worked out ({type(wrong).__name__})"


def sources_in(value: Any, key: str = "") -> Iterator[tuple[str, Source]]:
    """Every text under a value with its key."""
    if isinstance(value, Source):
        yield key, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from sources_in(item, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for item in value:
            yield from sources_in(item, key)


def _count(node: Any, seen: list[int]) -> None:
    """Aliases can make a small file endless."""
    seen[0] += 1
    if seen[0] > MOST_NODES:
        raise PageError(node.start_mark.line + 1, "too much stands here")
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise PageError(key.start_mark.line + 1, "a name is expected")
            _count(value, seen)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _count(item, seen)
