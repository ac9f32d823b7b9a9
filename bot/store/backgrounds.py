"""What stands behind rows that are about to go out, read for many of them at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, tuple_

from bot.coaching.case import Case, Person
from bot.flows.ports import Background, Post, Preferences, UnreadableError
from bot.store import outbox as rows
from bot.store.bodies import case_of, preferences_of
from bot.store.sealed_rows import place_of
from bot.store.sealing import Keyring
from bot.store.tables import cases, moment, preferences

Asked = Sequence[tuple[Post, datetime]]


def backgrounds(connection: Connection, asked: Asked, keyring: Keyring) -> list[Background | UnreadableError]:
    """One for each row, in their order; what does not open concerns its own row alone."""
    ids = sorted({post.case_id for post, _ in asked if post.case_id})
    kept = (
        {row.id: row for row in connection.execute(select(cases).where(cases.c.id.in_(ids)))} if ids else {}
    )
    waiting = rows.newest_waiting(connection, ids, max(now for _, now in asked)) if ids else {}
    chosen = _preferences(connection, {post.person for post, _ in asked})
    found: list[Background | UnreadableError] = []
    for post, _ in asked:
        try:
            case = _case_of(post, kept.get(post.case_id or ""), keyring)
            wanted = _opened_preferences(chosen.get(post.person), post.person, keyring)
            found.append(Background(case, wanted, waiting.get(post.case_id or "", {})))
        except UnreadableError as failure:
            found.append(failure)
    return found


def opened(row: Row[Any], keyring: Keyring) -> Case:
    """The case of a row. Raises UnreadableError."""
    person = Person(row.team_id, row.user_id, row.enterprise_id or None)
    body = keyring.open(row.body, place_of(cases, row.id, person))
    return case_of(row.id, person, row.stage, row.revision, moment(row.created_at), body)


def _case_of(post: Post, row: Row[Any] | None, keyring: Keyring) -> Case | None:
    """If there is one, and it is this person's."""
    case = opened(row, keyring) if row is not None else None
    return case if case is not None and case.person == post.person else None


def _preferences(connection: Connection, people: set[Person]) -> dict[Person, str]:
    keys = [(person.team_id, person.user_id) for person in people]
    is_wanted = tuple_(preferences.c.team_id, preferences.c.user_id).in_(keys)
    found = connection.execute(select(preferences).where(is_wanted))
    return {Person(row.team_id, row.user_id, row.enterprise_id or None): str(row.body) for row in found}


def _opened_preferences(body: str | None, person: Person, keyring: Keyring) -> Preferences:
    if body is None:
        return Preferences()
    return preferences_of(keyring.open(body, place_of(preferences, "", person)))
