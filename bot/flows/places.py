"""Time zones and countries as people name them."""

import unicodedata
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import available_timezones

NEAR = 0.8


def zone_named(text: str) -> str:
    """The time zone of a name or a city in it, such as "new york"; empty for none.

    A city that stands under two names, an older and a newer one, is one place.
    """
    return min(_zones().get(_plain(text), set()), default="")


def zone_like(text: str) -> str:
    """One that may have been meant; empty when nothing is near."""
    found = get_close_matches(_plain(text), _zones(), n=1, cutoff=NEAR)
    return sorted(_zones()[found[0]])[0] if found else ""


def countries_in(text: str) -> dict[str, str]:
    """Code → name, from "ES Spain; FR France"."""
    pairs = (item.strip().partition(" ") for item in text.split(";"))
    return {code: name.strip() for code, _, name in pairs if name}


def country_named(text: str, countries: str, aliases: str) -> str:
    """The two letters of a country by its name, a usual other name, or the letters; empty for none."""
    wanted = _plain(text)
    for held in (countries, aliases):
        for item in held.split(";"):
            code, _, name = item.strip().partition(" ")
            if wanted in {_plain(code), _plain(name)}:
                return code
    return ""


def country_like(text: str, countries: str) -> str:
    """The name of one that may have been meant; empty when nothing is near."""
    names = {_plain(name): name for name in countries_in(countries).values()}
    found = get_close_matches(_plain(text), names, n=1, cutoff=NEAR)
    return names[found[0]] if found else ""


@lru_cache(maxsize=1)
def _zones() -> dict[str, set[str]]:
    """Plain name → zones, by the whole name and by the city alone."""
    named: dict[str, set[str]] = {}
    for zone in available_timezones():
        if zone.startswith(("Etc/", "posix/", "right/", "SystemV/")) and zone != "Etc/UTC":
            continue
        named.setdefault(_plain(zone), set()).add(zone)
        area, _, city = zone.rpartition("/")
        if area and not area.startswith(("US", "Brazil", "Mexico", "Canada", "Chile")):
            named.setdefault(_plain(city), set()).add(zone)
    for name, zones in named.items():
        exact = {zone for zone in zones if _plain(zone) == name}
        named[name] = exact or zones
    return named


def _plain(text: str) -> str:
    """Lower case, no accents, words with single spaces."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(bare.casefold().replace("_", " ").replace("/", " ").split())
