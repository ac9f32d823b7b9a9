"""The tables. Moments are whole microseconds since 1970, UTC: the same on both databases, and sortable."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

metadata = MetaData()


def _person() -> tuple[Column[str], ...]:
    return (
        Column("enterprise_id", String(32), nullable=False, default=""),
        Column("team_id", String(32), nullable=False),
        Column("user_id", String(32), nullable=False),
    )


cases = Table(
    "cases",
    metadata,
    Column("id", String(64), primary_key=True),
    *_person(),
    Column("stage", String(32), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),  # of a case that is put away; retention counts from here
    Index("cases_of_person", "team_id", "user_id"),
    Index("cases_closed", "closed_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("key", String(200), nullable=False),
    *_person(),
    Column("case_id", String(64)),
    Column("kind", String(32), nullable=False),
    Column("note", String(64), nullable=False, default=""),
    Column("due_at", BigInteger, nullable=False),  # when it is tried next
    Column("place_at", BigInteger, nullable=False, default=0),  # where it stands among those of its case
    Column("status", String(16), nullable=False, default="pending"),
    Column("lease", String(32), nullable=False, default=""),
    Column("lease_until", BigInteger, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("may_be_sent", Boolean, nullable=False, default=False),
    Column("channel", String(32), nullable=False, default=""),
    Column("ts", String(32), nullable=False, default=""),
    Column("reason", String(64), nullable=False, default=""),
    UniqueConstraint("key", name="outbox_key"),
    # Without the state: each change of it would be written at a random place among all rows that wait.
    Index("outbox_of_person", "team_id", "user_id"),
    Index("outbox_of_case", "case_id"),
)


def _of_some(name: str, columns: tuple[str, ...], where: str) -> Index:
    """An index of the rows in some states alone."""
    held = [outbox.c[column] for column in columns]
    return Index(name, *held, sqlite_where=text(where), postgresql_where=text(where))


_of_some("outbox_due", ("due_at", "seq"), "status = 'pending'")
_of_some("outbox_leased", ("lease_until",), "status = 'claimed'")
_of_some("outbox_past", ("due_at",), "status IN ('sent', 'cancelled', 'refused')")
_of_some("outbox_open_of_case", ("case_id", "place_at", "seq"), "status IN ('pending', 'claimed')")

pauses = Table(  # a method that rests in a workspace; "*": all of them
    "pauses",
    metadata,
    Column("enterprise_id", String(32), primary_key=True),
    Column("team_id", String(32), primary_key=True),
    Column("method", String(64), primary_key=True),
    Column("until", BigInteger, nullable=False),
    Column("reason", String(64), nullable=False),
)

interviews = Table(
    "interviews",
    metadata,
    Column("id", String(64), primary_key=True),
    *_person(),
    Column("step", String(32), nullable=False),
    Column("answers", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("interviews_of_person", "team_id", "user_id", "updated_at"),
)

preferences = Table(
    "preferences",
    metadata,
    Column("team_id", String(32), primary_key=True),
    Column("user_id", String(32), primary_key=True),
    Column("enterprise_id", String(32), nullable=False, default=""),
    Column("body", Text, nullable=False),
)

seals = Table(  # whether the keys at hand open this database
    "seals",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("value", Text, nullable=False),
)

links = Table(  # addresses that work once; only the hash of the secret in them is kept
    "links",
    metadata,
    Column("hash", String(64), primary_key=True),
    *_person(),
    Column("purpose", String(16), nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("links_expired", "purpose", "expires_at"),
)

installs = Table(  # user_id stays empty: an install belongs to nobody
    "installs",
    metadata,
    Column("id", String(64), primary_key=True),
    *_person(),
    Column("body", Text, nullable=False),
    Column("expires_at", BigInteger),  # of a token that rotates
    Column("renewing_until", BigInteger, nullable=False, default=0),
    Column("installed_at", BigInteger, nullable=False),
)

causes = Table(
    "causes",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Index("causes_at", "at"),
)


def micros(moment: datetime) -> int:
    """An aware moment as stored."""
    return (moment - EPOCH) // MICROSECOND


def moment(value: int) -> datetime:
    """A stored moment, aware, in UTC."""
    return EPOCH + value * MICROSECOND
