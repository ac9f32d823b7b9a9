"""Who works in the workspace: first names only, in different time zones and languages."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Human:
    """Somebody at a keyboard."""

    id: str
    name: str
    real_name: str
    tz: str
    locale: str
    is_deactivated: bool = False


PEOPLE = (
    Human("U0ROBIN001", "robin", "Robin", "America/Chicago", "en-US"),
    Human("U0MARTA001", "marta", "Marta", "Europe/Madrid", "en-GB"),
    Human("U0LUCIA001", "lucia", "Lucía", "America/Mexico_City", "es-LA"),
)


def people_of(number: int) -> tuple[Human, ...]:
    """The same people at another workspace, where they have other ids."""
    return tuple(replace(human, id=f"U{number}{human.id[2:]}") for human in PEOPLE)


def user_of(human: Human, team_id: str, now: datetime, *, has_locale: bool) -> dict[str, Any]:
    """Slack's user object; `tz_offset` in seconds, as it is at this moment."""
    there = now.astimezone(ZoneInfo(human.tz))
    offset = there.utcoffset()
    user = {
        "id": human.id,
        "team_id": team_id,
        "name": human.name,
        "deleted": human.is_deactivated,
        "real_name": human.real_name,
        "tz": human.tz,
        "tz_label": there.tzname(),
        "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
        "profile": {
            "real_name": human.real_name,
            "first_name": human.real_name,
            "display_name": human.name,
            "team": team_id,
        },
        "is_bot": False,
        "is_app_user": False,
        "is_admin": False,
        "updated": 0,
    }
    return user | ({"locale": human.locale} if has_locale else {})
