"""Who is being talked to: locale, time zone, quiet hours, and dates in their words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.coaching.cadence import Calendar
from bot.coaching.case import Person
from bot.flows.ports import Messenger, Preferences, Profile, Store, Wording

FAR = timedelta(days=180)


@dataclass(frozen=True)
class Visitor:
    """A person with what Slack says of them and what they set."""

    person: Person
    profile: Profile
    preferences: Preferences

    @property
    def locale(self) -> str:
        """The chosen locale, else Slack's."""
        return self.preferences.locale or self.profile.locale

    @property
    def zone(self) -> ZoneInfo:
        """The chosen time zone, else Slack's, else UTC."""
        for name in (self.preferences.time_zone, self.profile.time_zone):
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError):
                continue
        return ZoneInfo("UTC")

    @property
    def calendar(self) -> Calendar:
        """Working days and holidays where they are."""
        return Calendar(self.preferences.country)


async def visitor_of(person: Person, store: Store, messenger: Messenger) -> Visitor:
    """Ask the store and Slack who this is."""
    return Visitor(person, await messenger.profile(person), await store.preferences(person))


class Saying:
    """Short words for one visitor: their locale, their dates."""

    def __init__(self, wording: Wording, visitor: Visitor) -> None:
        self._wording = wording
        self.visitor = visitor

    def say(self, key: str, /, **facts: object) -> str:
        """One text in their locale."""
        return self._wording.text(key, self.visitor.locale, **facts)

    def entries(self, key: str) -> dict[str, Any]:
        """All texts that stand under a key."""
        return self._wording.entries(key, self.visitor.locale)

    def day(self, moment: datetime) -> str:
        """A date as one says it: 'Tuesday 24 November 2026'."""
        return self.say("dates.day", **self._parts(moment))

    def moment(self, moment: datetime) -> str:
        """A date and a time as one says it: 'Tuesday 24 November at 10:00'."""
        return self.say("dates.moment", **self._parts(moment))

    def when(self, moment: datetime, now: datetime) -> str:
        """A moment that is near with its time, one that is far, behind or ahead, with its year."""
        return self.moment(moment) if abs(moment - now) < FAR else self.day(moment)

    def due(self, moment: datetime, now: datetime) -> str:
        """By when they want an answer, or wanted one."""
        return self.say("letters.card.due", when=self.when(moment, now), is_past=moment <= now)

    def _parts(self, moment: datetime) -> dict[str, object]:
        local = moment.astimezone(self.visitor.zone)
        return {
            "weekday": self.say(f"dates.weekdays.d{local.isoweekday()}"),
            "day": local.day,
            "month": self.say(f"dates.months.m{local.month}"),
            "year": local.year,
            "time": f"{local:%H:%M}",
        }
