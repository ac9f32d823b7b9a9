"""What one would call a person, from what was typed as their name; a team is nobody."""

import re
from collections.abc import Sequence

from bot.coaching.patterns import Naming

# "Bob (HR)", "Bob / Acme", "Bob - recruiter": what follows is no part of the name.
BESIDE = re.compile(r"\s*[(\[/|]|\s[-–—]\s")


def first_name(text: str, naming: Naming) -> str:
    """The first word; with a title, a particle or in another script all of it; nothing for a team."""
    words = _words(text, naming)
    if not words or _bare(words[0]) in naming.titles | naming.particles:
        return " ".join(words)  # somebody entered with a title is addressed with it
    return words[0] if words[0][0].isalpha() and words[0][0] < "\u0370" else " ".join(words)


def full_name(text: str, naming: Naming) -> str:
    """The name as it stands in a letter: "Smith, John" is John Smith; nothing for a team."""
    return " ".join(_words(text, naming))


def has_formal_title(text: str, naming: Naming) -> bool:
    """Whether they were entered with a title that asks for the formal way of speaking."""
    words = _words(text, naming)
    return bool(words) and _bare(words[0]) in naming.formal_titles


def _words(text: str, naming: Naming) -> list[str]:
    words = _in_order(BESIDE.split(text.strip())[0].strip(), naming).split()
    for place, word in enumerate(words[1:], 1):
        if _bare(word) in naming.of and any(_bare(other) in naming.teams for other in words[place + 1 :]):
            words = words[:place]  # "Dana from HR" is Dana
            break
    while len(words) > 1 and _is_kin(words, naming):
        words = words[1:]
    is_nobody = not words or _is_team(words, naming) or (words[0].islower() and _bare(words[0]) in naming.kin)
    return [] if is_nobody else words


def _in_order(text: str, naming: Naming) -> str:
    """Without what follows a comma, unless that is the first name: "Smith, John" is John Smith."""
    before, _, after = text.partition(",")
    given = after.partition(",")[0].strip()
    apart = {_bare(word) for word in given.split()}
    is_post = apart <= naming.credentials or bool(apart & (naming.teams | naming.posts))
    return before.strip() if is_post else f"{given} {before.strip()}"


def _is_kin(words: Sequence[str], naming: Naming) -> bool:
    """ "my friend Bob", "Uncle Bob"; My and Mi with a capital are names of their own."""
    is_name = len(words[0]) < 3 and not words[0].islower() and _bare(words[1]) not in naming.kin
    return _bare(words[0]) in naming.kin and not is_name


def _is_team(words: Sequence[str], naming: Naming) -> bool:
    """A team or a post in place of a person: "HR Team", "Head of Talent", "the hiring manager"."""
    bare = [_bare(word) for word in words]
    starts = bare[0] in naming.teams | naming.posts and len(bare) > 1 and bare[1] in naming.of
    all_posts = len(bare[-1]) > 1 and set(bare) <= naming.teams | naming.posts | naming.of
    return bare[-1] in naming.teams or starts or all_posts


def _bare(word: str) -> str:
    return word.casefold().strip(".,:;&")
