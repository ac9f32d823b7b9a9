"""Wordings that a person writes for their reasons: how they join a sentence, what to consider about them."""

from bot.coaching.patterns import Patterns


def joined(wording: str, patterns: Patterns) -> str:
    """As it goes on after "why:": "Because the pay is low!" → "the pay is low"."""
    text = patterns["joint"].sub("", " ".join(wording.split())).rstrip(".!?… ")
    return patterns["opener"].sub(lambda found: found.group().lower(), text)


def slips_in(wording: str, patterns: Patterns) -> tuple[str, ...]:
    """What to consider about such a wording: the names of rules, and whether it speaks of the person."""
    rules = {"kind": ("negative", "blame"), "no_figure": ("figure",), "no_rival": ("rival",)}
    broken = [rule for rule, names in rules.items() if any(patterns[name].search(wording) for name in names)]
    return tuple(broken) if patterns["own_opening"].search(wording) else (*broken, "own_opening")
