"""What is made of words and numbers before they stand in a sentence."""

from collections.abc import Sequence


def sentence(text: str) -> str:
    """First letter up, one full stop at the end; 'Acme Inc.' gets no second."""
    text = text.strip()
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?…" else f"{text}."


def last_word(text: str) -> str:
    """The word that a role ends with."""
    return text.split()[-1] if text.split() else ""


def in_words(number: int, numbers: Sequence[str]) -> str:
    """Small numbers as one writes them in a letter."""
    return numbers[number] if 0 <= number < len(numbers) else str(number)
