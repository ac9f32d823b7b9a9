"""Wordings that a person writes for their reasons: how they join a sentence, what to consider about them."""

from collections.abc import Iterable

from bot.coaching.patterns import Patterns


def joined(wording: str, patterns: Patterns) -> str:
    """As it goes on after "why:": "Because the pay is low!" → "the pay is low"."""
    text = patterns["joint"].sub("", " ".join(wording.split())).rstrip(".!?… ")
    return patterns["opener"].sub(lambda found: found.group().lower(), text)


def listed(wordings: Iterable[str]) -> str:
    """Several in running text, each as it goes on after a colon or a semicolon."""
    return "; ".join(map(lower_first, wordings))


def lower_first(text: str) -> str:
    """As it continues a sentence: 'After a while' → 'after a while'; 'I', 'I've' and 'IBM' stay."""
    is_pronoun = text[:1] == "I" and not text[1:2].isalpha()
    return text if is_pronoun or text[1:2].isupper() else text[:1].lower() + text[1:]


def slips_in(wording: str, patterns: Patterns) -> tuple[str, ...]:
    """What to consider about such a wording: the names of rules, and whether it speaks of the person."""
    rules = {"kind": ("negative", "blame"), "no_figure": ("figure",), "no_rival": ("rival",)}
    broken = [rule for rule, names in rules.items() if any(patterns[name].search(wording) for name in names)]
    return tuple(broken) if patterns["own_opening"].search(wording) else (*broken, "own_opening")
