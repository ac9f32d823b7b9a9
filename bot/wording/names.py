"""What one would call a person, from what was typed as their name; a team or a company is nobody."""

import re
from collections.abc import Sequence

from bot.coaching.codenames import FORMS
from bot.coaching.patterns import Naming

# "Bob (HR)", "Bob / Acme", "Bob - recruiter", "Bob <bob@…>": what follows is no part of the name.
BESIDE = re.compile(r"\s*[(\[/|<:]|\s[-–—]\s|\s@")
UNNAMED = frozenset({"n/a", "n.a.", "n/d"})
FIRST_LETTERS = re.compile(r"(?<![^\W\d_])[^\W\d_](?!$|ª)|^[^\W\d_]")  # o'neil, mary-jane
MARIA = frozenset({"mª", "m.ª", "mª.", "ma."})  # short for the first half of a first name: Mª José
INITIALS = re.compile(r"(?:[^\W\d_]\.?){1,2}")


def first_name(text: str, naming: Naming, company: str = "") -> str:
    """The first word; nothing for a team or the company.

    All of it with a title, a particle, an initial, a family name in capitals, in another script, of two
    people, or where a comma leaves open which is the first name.
    """
    words = _words(text, naming, company)
    if not words or _bare(words[0]) in naming.titles | naming.particles:
        return " ".join(words)  # somebody entered with a title is addressed with it
    is_open = any(word.endswith(",") or {word, _bare(word)} & naming.joined for word in words)
    if len(words) > 1 and words[0].casefold() in MARIA:
        rest = (place for place, word in enumerate(words[1:], 1) if _bare(word) not in naming.particles)
        return " ".join(words[: next(rest, 1) + 1])
    is_initial = len(words) > 1 and len(_bare(words[0])) == 1
    is_latin = words[0][0].isalpha() and words[0][0] < "\u0370"
    is_family = words[0].isupper() and len(words[0]) > 2 and not _is_given(words[0], naming)  # SMITH Dana
    is_one = is_latin and not (is_open or is_family or is_initial or words[0].endswith("."))
    return words[0] if is_one else " ".join(words)


def full_name(text: str, naming: Naming, company: str = "") -> str:
    """The name as it stands in a letter: "Smith, John" is John Smith; nothing for a team or the company."""
    return " ".join(_words(text, naming, company))


def has_formal_title(text: str, naming: Naming) -> bool:
    """Whether they were entered with a title that asks for the formal way of speaking."""
    words = _words(text, naming, "")
    return bool(words) and _bare(words[0]) in naming.formal_titles


def _words(text: str, naming: Naming, company: str) -> list[str]:
    if text.strip().casefold() in UNNAMED:
        return []
    words = _in_order(BESIDE.split(text.strip())[0].strip(), naming, company).split()
    for place, word in enumerate(words[1:], 1):
        after = words[place + 1 :]
        is_their_place = any(_bare(other) in naming.teams for other in after)
        if _bare(word) in naming.of and (is_their_place or _is_company(" ".join(after), naming, company)):
            words = words[:place]  # "Dana from HR" is Dana
            break
    while len(words) > 1 and _is_kin(words, naming):
        words = words[1:]
    is_nobody = not words or _is_team(words, naming) or (words[0].islower() and _bare(words[0]) in naming.kin)
    is_nobody = is_nobody or "@" in words[0] or _core(" ".join(words)) == _core(company) != ""
    is_nobody = is_nobody or not any(char.isalpha() for char in " ".join(words))
    is_nobody = is_nobody or all(_bare(word) in naming.titles - naming.given for word in words)
    return [] if is_nobody else _with_capitals(words, naming)


def _with_capitals(words: list[str], naming: Naming) -> list[str]:
    """With a title small letters were but typed in haste: "mrs smith" is Mrs Smith. "danah boyd" stays."""
    if _bare(words[0]) not in naming.titles or any(word != word.lower() for word in words):
        return words
    small = naming.particles | naming.joined
    return [word if _bare(word) in small else FIRST_LETTERS.sub(_upper, word) for word in words]


def _upper(found: re.Match[str]) -> str:
    return found[0].upper()


def _in_order(text: str, naming: Naming, company: str) -> str:
    """Without what follows a comma, unless that is the first name: "Smith, John" is John Smith.

    Where neither is plainly a first name, as it was typed.
    """
    before, comma, after = text.replace(";", ",").partition(",")
    before, given = before.strip(), after.partition(",")[0].strip()
    apart = [_bare(word) for word in given.split()]
    is_post = set(apart) <= naming.credentials or bool(set(apart) & (naming.teams | naming.posts))
    is_beside = (
        is_post or _is_company(given, naming, company) or (given[:1].islower() and before[:1].isupper())
    )
    if naming.joined & {*apart, *given.split()}:  # of several people: Dana, Lee and Sam
        return text
    if not comma or is_beside:
        return before
    if _is_company(before, naming, company):
        return given
    is_first, is_last = (_is_given(part, naming) for part in (before, given))
    if is_first == is_last and not INITIALS.fullmatch(given):
        return f"{before}, {given}"
    if is_first:
        return before
    title, _, rest = before.partition(" ")
    return f"{title} {given} {rest}" if _bare(title) in naming.titles and rest else f"{given} {before}"


def _is_given(text: str, naming: Naming) -> bool:
    """Whether it begins with a known first name, or with a title before one."""
    words = [word for word in map(_bare, text.split()) if word not in naming.titles]
    return bool(words) and words[0].partition("-")[0] in naming.given


def _is_company(text: str, naming: Naming, company: str) -> bool:
    """Whether it names the company, in whole or by how its name begins; or has a company's legal form."""
    said, known = _core(text), _core(company)
    if not said or FORMS.search(text):
        return bool(said)
    is_longer, is_shorter = f"{said} ".startswith(f"{known} "), f"{known} ".startswith(f"{said} ")
    return known != "" and (is_longer or (is_shorter and not _is_given(text, naming)))


def _core(text: str) -> str:
    return " ".join(_bare(word) for word in FORMS.sub("", text.strip()).split())


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
