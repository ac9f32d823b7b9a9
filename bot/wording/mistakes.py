"""What parsers complain of, in the words of somebody who writes texts."""

import re
from collections.abc import Mapping

# What Jinja says → what we say; \\1 is what it quotes.
TEMPLATES: Mapping[str, str] = {
    r".*innermost block that needs to be closed is '(\w+)'.*": r"{% \1 %} has no {% end\1 %}",
    r"Encountered unknown tag '(\w+)'.*": r"{% \1 %} is no tag",
    r"[Uu]nexpected end of template.*": "a {{ or {% is not closed",
    r"Missing end of (\w+) tag.*": r"a \1 is not closed",
    r"expected token 'end of print statement', got '(.*)'": r"'\1' is one word too many inside {{ }}",
    r"expected token 'end of statement block', got '(.*)'": r"'\1' is one word too many inside {% %}",
    r"Expected an expression, got 'end of print statement'": "there is nothing inside {{ }}",
    r"[Ee]xpected (?:token|an expression),? .*got '(.*)'": r"'\1' can't stand there",
    r"expected token '(.*)', got '(.*)'": r"'\1' is missing before '\2'",
    r"unexpected char (.*) at \d+": r"\1 can't stand inside {{ }}",
    r"unexpected '(.*)'(?:, expected .*)?": r"'\1' can't stand there",
    r"No (filter|test) named '(.*)'\.?(?: found)?": r"there is no \1 named '\2'",
    r"'(\w+)' is undefined": r"there is no fact named \1",
    r"access to attribute '(.*)' of .*": r"'\1' is out of reach for a text",
    r"'.*' has no attribute '(.*)'": r"'\1' is out of reach for a text",
}
# What YAML's parsers say, the one in C and the one in Python.
FILES: Mapping[str, str] = {
    r"mapping values are not allowed.*": "a colon stands inside a text: put the text in quotation marks",
    r"found character.*that cannot start any token": (
        "a text begins with a mark that YAML keeps for itself: put it in quotation marks "
        "(and indent with spaces, never tabs)"
    ),
    r"found a tab character.*": "lines are indented with spaces, never tabs",
    r".*could not find expected ':'.*": "a colon is missing after a name, or a text is not indented",
    r"found unexpected end of stream": "a quotation mark is not closed",
    r"(?:did not find expected key|expected <block end>.*)": (
        "lines are indented unevenly, or a quotation mark stands inside a text"
    ),
    r"did not find expected ',' or '[\]}]'|expected ',' or '[\]}]'.*": "a [ or { is not closed",
    r"found unknown escape character.*": "a \\ in quotation marks has to be doubled",
    r"did not find expected node content.*|expected the node content.*": (
        "a text is missing, or a [ or { is not closed"
    ),
    r"found undefined alias.*": "a text that begins with * has to stand in quotation marks",
    r"did not find expected alphabetic.*|expected alphabetic.*": (
        "a text that begins with & or * has to stand in quotation marks"
    ),
    r"unacceptable character.*|control characters are not allowed": "there is a character that is no text",
}


def in_template(said: str) -> str:
    """Jinja's complaint in plain words, without a full stop."""
    return _plainly(said, TEMPLATES)


def in_file(said: str) -> str:
    """YAML's complaint in plain words, without a full stop."""
    return _plainly(said, FILES)


def _plainly(said: str, known: Mapping[str, str]) -> str:
    said = " ".join(said.split())
    for theirs, ours in known.items():
        found = re.fullmatch(theirs, said)
        if found:
            return found.expand(ours) if found.re.groups else ours
    return said.rstrip(". ")
