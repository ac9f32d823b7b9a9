"""Text as people type it, or as a file brings it."""

import re
import unicodedata

SEPARATORS = re.compile("\r\n?|[\u2028\u2029]")  # what ends a line elsewhere


def cleaned(text: str) -> str:
    """The text as typed, without control characters and the marks that turn its direction."""
    kept = (
        char
        for char in SEPARATORS.sub("\n", text)
        if char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs"} or char in "\u200d\u200c"
    )
    return "".join(kept).strip()


def in_one_line(text: str) -> str:
    """For where a line break would begin something else: a header, a property, a heading."""
    return " ".join(cleaned(text).split())
