"""One step of a story in SQL: all that it writes, in the transaction of whoever asks."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, text
from sqlalchemy.dialects import postgresql, sqlite

from bot.coaching.case import Case, Person, Stage
from bot.flows.ports import Change, Interview, Preferences, StaleError
from bot.store import outbox as rows
from bot.store import sealed_rows
from bot.store.belongings import values_of
from bot.store.bodies import body_of, preferences_body
from bot.store.sealing import Keyring
from bot.store.tables import cases, interviews, micros, preferences

# Written out: each is the same for every step, and SQLAlchemy would put it together anew each time.
FIRST = text("INSERT INTO causes (name, at) VALUES (:name, :at) ON CONFLICT DO NOTHING RETURNING name")
OWN = "team_id = :team_id AND user_id = :user_id AND enterprise_id = :enterprise_id"
BEGUN = text("""
    INSERT INTO cases
        (id, team_id, user_id, enterprise_id, stage, revision, body, closed_at, created_at)
    VALUES
        (:id, :team_id, :user_id, :enterprise_id, :stage, :revision, :body, :closed_at, :created_at)
    ON CONFLICT DO NOTHING""")
SAVED = text(f"""
    UPDATE cases SET stage = :stage, revision = :revision, body = :body, closed_at = :closed_at
    WHERE id = :id AND revision = :before AND {OWN}""")  # noqa: S608  no value in it
DONE = text(f"DELETE FROM interviews WHERE id = :id AND {OWN}")  # noqa: S608  no value in it


def commit(connection: Connection, change: Change, keyring: Keyring) -> bool:
    """Write it, see ports.Store; False when its cause was seen before. Raises StaleError."""
    if change.once and not _is_first(connection, change.once, change.at):
        return False
    if change.case is not None:
        _save_case(connection, change.case, keyring)
    rows.withdraw(connection, change)
    rows.put(connection, change.posts)
    rows.end_doubt(connection, change)
    if change.interview is not None:
        _save_interview(connection, change.interview, keyring)
    if change.interview_done:
        connection.execute(DONE, {"id": change.interview_done, **values_of(change.person)})
    if change.preferences is not None:
        _save_preferences(connection, change.person, change.preferences, keyring)
    return True


def _insert(connection: Connection, table: Table) -> Any:
    return (sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert)(table)


def _is_first(connection: Connection, once: str, at: datetime) -> bool:
    return connection.execute(FIRST, {"name": once[:200], "at": micros(at)}).first() is not None


def _save_case(connection: Connection, case: Case, keyring: Keyring) -> None:
    values = {
        "id": case.id,
        **values_of(case.person),
        "stage": str(case.stage),
        "revision": case.revision + 1,
        "body": keyring.seal(body_of(case), sealed_rows.place_of(cases, case.id, case.person)),
        "closed_at": _closed_at(case),
    }
    if case.revision:
        written = connection.execute(SAVED, values | {"before": case.revision})
    else:
        written = connection.execute(BEGUN, values | {"created_at": micros(case.created_at)})
    if not written.rowcount:
        raise StaleError


def _closed_at(case: Case) -> int | None:
    is_closed = case.stage is Stage.CLOSED and bool(case.history)
    return micros(case.history[-1].at) if is_closed else None


def _save_interview(connection: Connection, interview: Interview, keyring: Keyring) -> None:
    answers = json.dumps(dict(interview.answers), ensure_ascii=False)
    place = sealed_rows.place_of(interviews, interview.id, interview.person)
    values = {
        "step": interview.step,
        "answers": keyring.seal(answers, place),
        "updated_at": micros(interview.updated_at),
    }
    statement = _insert(connection, interviews).values(
        **values, **values_of(interview.person), id=interview.id
    )
    owner = and_(*(interviews.c[name] == value for name, value in values_of(interview.person).items()))
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values, where=owner))


def _save_preferences(connection: Connection, person: Person, given: Preferences, keyring: Keyring) -> None:
    body = keyring.seal(preferences_body(given), sealed_rows.place_of(preferences, "", person))
    values = {**values_of(person), "body": body}
    statement = _insert(connection, preferences).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["team_id", "user_id"], set_=values))
