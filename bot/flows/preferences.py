"""`/decline settings`: how and when Ajar writes to a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from zoneinfo import available_timezones

from bot.coaching.case import Person
from bot.coaching.interview import Kind
from bot.flows.desk import Desk
from bot.flows.ports import Change, Preferences
from bot.flows.screens import Field, Notice, Option, Screen
from bot.flows.veil import name_of
from bot.flows.visitor import Saying

TEXTS = ("time_zone", "country")
TIMES = ("quiet_from", "quiet_until")
MOST_IN_KEY = 30  # lines of 3,000 characters in all
BOXES = {"paused": "is_paused", "code_names": "has_code_names"}  # a box to tick → its preference


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
        wrong = _problems(given)
        if wrong:
            saying = await self.desk.saying(person)
            return {name: saying.say(f"errors.fields.{key}") for name, key in wrong.items()}
        kept = Preferences(
            locale=str(given.get("locale") or ""),
            time_zone=str(given.get("time_zone") or ""),
            country=str(given.get("country") or "").upper(),
            quiet_from=time.fromisoformat(str(given["quiet_from"])),
            quiet_until=time.fromisoformat(str(given["quiet_until"])),
            **{preference: bool(given.get(box)) for box, preference in BOXES.items()},
        )
        await self.desk.store.commit(Change(person, self.desk.clock.now(), preferences=kept))
        return {}

    def _kinds(self) -> tuple[tuple[str, Kind], ...]:
        locale = (("locale", Kind.CHOICE),) if len(self.locales) > 1 else ()
        texts = tuple((name, Kind.TEXT) for name in TEXTS)
        times = tuple((name, Kind.TIME) for name in TIMES)
        return (*locale, *texts, *times, *((box, Kind.CHECKS) for box in BOXES))

    def _field(self, name: str, kind: Kind, saying: Saying) -> Field:
        words = saying.entries(f"settings.{name}")
        labels = words.get("options", {})
        preferences = saying.visitor.preferences
        value = getattr(preferences, BOXES.get(name, name))
        initial: object = f"{value:%H:%M}" if isinstance(value, time) else value or None
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


def _problems(given: Mapping[str, object]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    zone, country = str(given.get("time_zone") or ""), str(given.get("country") or "")
    if zone and zone not in available_timezones():
        wrong["time_zone"] = "time_zone"
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        wrong["country"] = "country"
    for name in TIMES:
        if not given.get(name):
            wrong[name] = "required"
    if not wrong and given["quiet_from"] == given["quiet_until"]:
        wrong["quiet_until"] = "quiet"
    return wrong
