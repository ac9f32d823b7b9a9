"""Jinja's sandbox, narrowed: a template can name facts and shape them, and neither escape nor run on."""

from typing import Any

from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment

from bot.coaching.own_words import lower_first
from bot.wording.names import first_name, full_name
from bot.wording.shapes import in_words, last_word, sentence

LONGEST_RANGE = 50
DEEPEST_LOOP = 2
FILTERS = (
    "capitalize", "default", "first", "int", "join", "last", "length", "lower", "round", "string", "title",
    "trim", "upper",
)  # fmt: skip
METHODS = frozenset({"split", "strip", "lower", "upper", "startswith", "endswith", "title", "capitalize"})
NOT_HERE = (nodes.Macro, nodes.CallBlock, nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends)


def _range(*limits: int) -> range:
    made = range(*limits)
    if len(made) > LONGEST_RANGE:
        raise SecurityError(f"a range of more than {LONGEST_RANGE}")
    return made


GLOBALS = {"range": _range}


class Guarded(SandboxedEnvironment):
    """Strict about names; few filters, few methods, short loops, no multiplied text."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=False)
        kept = {name: self.filters[name] for name in FILTERS}
        own = (sentence, first_name, full_name, lower_first, last_word, in_words)
        self.filters = {**kept, **{item.__name__: item for item in own}}
        self.globals = dict(GLOBALS)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Methods that shape a text, and the keys of a mapping; no others."""
        return isinstance(obj, str) and attr in METHODS and super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic with numbers only; a text times a million is none."""
        if operator == "**" or not (isinstance(left, int | float) and isinstance(right, int | float)):
            raise SecurityError(f"{operator} is for small numbers only")
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for item in tree.find_all(NOT_HERE):
            raise TemplateSyntaxError("macros and other files can't be used here", item.lineno)
        for loop in tree.find_all(nodes.For):
            if loop.recursive or _depth(loop) > DEEPEST_LOOP:
                raise TemplateSyntaxError("a loop in a loop in a loop", loop.lineno)
        return tree


def _depth(loop: nodes.For) -> int:
    return 1 + max((_depth(inner) for inner in loop.find_all(nodes.For)), default=0)
