"""Understanding raw reasons: the catalogue, and a reader that turns blunt words into categories and flags."""

from bot.coaching.reasons.catalogue import Catalogue, Category, load_catalogue, load_catalogues
from bot.coaching.reasons.reader import Reader, load_reader
from bot.coaching.reasons.reading import Finding, FlagKind, Reading, Span, Suggestion

__all__ = [
    "Catalogue",
    "Category",
    "Finding",
    "FlagKind",
    "Reader",
    "Reading",
    "Span",
    "Suggestion",
    "load_catalogue",
    "load_catalogues",
    "load_reader",
]
