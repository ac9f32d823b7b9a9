"""`/decline settings`: how and when Ajar writes to a person."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import time

from bot.coaching.case import Person
from bot.coaching.interview import Kind
from bot.flows.desk import Desk
from bot.flows.places import countries_in, country_like, country_named, zone_like, zone_named
from bot.flows.ports import Change, Preferences
from bot.flows.screens import Field, Notice, Option, Screen
from bot.flows.veil import name_of
from bot.flows.visitor import Saying

TEXTS = ("time_zone", "country")
TIMES = ("quiet_from", "quiet_until")
MOST_IN_KEY = 30  # lines of 3,000 characters in all
BOXES = ("paused", "code_names")
KEPT_AS = {"paused": "is_paused", "code_names": "has_code_names", "rhythm_usual": "rhythm"}


@dataclass(frozen=True)
class Settings:
    """The story of the settings."""

    desk: Desk
    locales: tuple[str, ...]

    async def screen(self, person: Person) -> Screen:
        """The settings as they are."""
        saying = await self.desk.saying(person)
        return Screen(
            "settings",
            person.user_id,
            title=saying.say("settings.title"),
            submit=saying.say("settings.submit"),
            close=saying.say("interview.close"),
            notices=(
                Notice(saying.say("settings.intro", zone=saying.visitor.zone.key)),
                *await self._key(saying),
            ),
            fields=tuple(self._field(name, kind, saying) for name, kind in self._kinds()),
        )

    async def _key(self, saying: Saying) -> tuple[Notice, ...]:
        """Which code name is which company; a window is no message, so nothing of it stays."""
        if not saying.visitor.preferences.has_code_names:
            return ()
        cases = await self.desk.store.cases(saying.visitor.person)
        lines = [f"{name_of(case, saying)}: {case.offer.company}" for case in cases[:MOST_IN_KEY]]
        return (Notice("\n".join(lines)),) if lines else ()

    async def save(self, person: Person, given: Mapping[str, object]) -> dict[str, str]:
        """Keep them; or what to mend: field → sentence."""
        saying = await self.desk.saying(person)
        quiet = _quiet(given)
        zone, country = str(given.get("time_zone") or ""), str(given.get("country") or "")
        known = Preferences(
            locale=str(given.get("locale") or ""),
            time_zone=zone_named(zone) if zone else "",
            country=_country(country, saying) if country else "",
            rhythm=str(given.get("rhythm_usual") or ""),
        )
        wrong = {
            **({"time_zone": _zone_problem(zone, saying)} if zone and not known.time_zone else {}),
            **({"country": _country_problem(country, saying)} if country and not known.country else {}),
            **{name: saying.say(f"errors.fields.{key}") for name, key in _quiet_problems(quiet).items()},
        }
        if wrong:
            return wrong
        kept = replace(
            known,
            quiet_from=quiet["quiet_from"],
            quiet_until=quiet["quiet_until"],
            is_paused=bool(given.get("paused")),
            has_code_names=bool(given.get("code_names")),
        )
        await self.desk.store.commit(Change(person, self.desk.clock.now(), preferences=kept))
        return {}

    def _kinds(self) -> tuple[tuple[str, Kind], ...]:
        locale = (("locale", Kind.CHOICE),) if len(self.locales) > 1 else ()
        texts = tuple((name, Kind.TEXT) for name in TEXTS)
        times = tuple((name, Kind.TIME) for name in TIMES)
        rhythm = (("rhythm_usual", Kind.CHOICE),)
        return (*locale, *texts, *times, *rhythm, *((box, Kind.CHECKS) for box in BOXES))

    def _field(self, name: str, kind: Kind, saying: Saying) -> Field:
        words = saying.entries(f"settings.{name}")
        labels = words.get("options", {})
        if name == "rhythm_usual":
            labels = saying.entries("interview.plan.rhythm")["options"]
        preferences = saying.visitor.preferences
        value = getattr(preferences, KEPT_AS.get(name, name))
        initial: object = f"{value:%H:%M}" if isinstance(value, time) else value or None
        if name == "country" and value:
            initial = countries_in(saying.say("settings.countries")).get(value, value)
        if name in BOXES:
            initial = [name] if value else None
        return Field(
            id=name,
            kind=kind,
            label=words["label"],
            hint=words.get("hint", ""),
            placeholder=words.get("placeholder", ""),
            options=tuple(Option(value, label) for value, label in labels.items()),
            initial=initial,
            is_required=kind is Kind.TIME,
            longest=60,
        )


def _country(text: str, saying: Saying) -> str:
    return country_named(text, saying.say("settings.countries"), saying.say("settings.country_aliases"))


def _zone_problem(text: str, saying: Saying) -> str:
    meant = zone_like(text)
    return saying.say("errors.fields.time_zone", meant=meant)


def _country_problem(text: str, saying: Saying) -> str:
    meant = country_like(text, saying.say("settings.countries"))
    return saying.say("errors.fields.country", meant=meant)


def _quiet(given: Mapping[str, object]) -> dict[str, time]:
    """The times among them; anything else counts as not given."""
    found = {}
    for name in TIMES:
        with suppress(ValueError):
            found[name] = time.fromisoformat(str(given.get(name) or "")).replace(tzinfo=None)
    return found


def _quiet_problems(quiet: Mapping[str, time]) -> dict[str, str]:
    wrong = {name: "required" for name in TIMES if name not in quiet}
    if not wrong and quiet["quiet_from"] == quiet["quiet_until"]:
        wrong["quiet_until"] = "quiet"
    return wrong
