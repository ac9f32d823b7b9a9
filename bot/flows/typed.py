"""Text as people type it, or as a file brings it."""

import unicodedata


def cleaned(text: str) -> str:
    """The text as typed, without control characters and the marks that turn its direction."""
    kept = (
        char
        for char in text
        if char == "\n" or unicodedata.category(char) not in {"Cc", "Cf", "Cs"} or char in "\u200d\u200c"
    )
    return "".join(kept).strip()
