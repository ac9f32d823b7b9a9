"""Databases with so many rows pending, as years of use leave them; and rows that are due now."""

from sqlalchemy import create_engine, text

PENDING = """
INSERT INTO outbox (id, key, enterprise_id, team_id, user_id, case_id, kind, note, due_at, place_at, status,
    lease, lease_until, attempts, may_be_sent, channel, ts, reason)
SELECT {mark} || n, {mark} || n, '', 'T' || (n % {teams}), 'U' || {person}, {case}, 'nudge', 'yearly',
    {due}, {due}, 'pending', '', 0, 0, {no}, '', '', '' FROM numbers"""
SQLITE = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {most}) "
POSTGRESQL = "WITH numbers AS (SELECT n FROM generate_series(1, {most}) AS n) "
NOW = "CAST({seconds} AS BIGINT) * 1000000"
DAY = 86_400_000_000


def _engine(url: str):
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def fill(url: str, rows: int, now_seconds: int) -> None:
    """Rows pending, due between tomorrow and ten years on; twelve of each case."""
    due = f"{now_seconds * 1_000_000 + DAY} + CAST(n AS BIGINT) * 7919 % 3650 * {DAY}"
    _insert(url, rows, mark="'p'", due=due, case="'c' || (n / 12)", person="(n / 40)", teams=5000)
    if not url.startswith("sqlite"):  # as the server itself does after so many
        with _engine(url).connect().execution_options(isolation_level="AUTOCOMMIT") as alone:
            alone.execute(text("VACUUM (ANALYZE) outbox"))
            alone.execute(text("CHECKPOINT"))


def put_due(url: str, rows: int, now_seconds: int, mark: str) -> None:
    """Rows due in this moment, of as many cases, spread over 500 workspaces."""
    due = f"{now_seconds * 1_000_000} - n"
    _insert(url, rows, mark=f"'{mark}'", due=due, case=f"'{mark}' || n", person=f"'{mark}' || n", teams=500)


def _insert(url: str, rows: int, **given: object) -> None:
    is_sqlite = url.startswith("sqlite")
    numbers = (SQLITE if is_sqlite else POSTGRESQL).format(most=rows)
    rest = PENDING.format(**given, no="0" if is_sqlite else "false")
    engine = _engine(url)
    with engine.begin() as connection:
        statement = rest.replace("INSERT INTO outbox", "INSERT INTO outbox").replace(
            "\nSELECT", "\n" + numbers + "SELECT", 1
        )
        connection.execute(text(statement))
    if not is_sqlite:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as alone:
            alone.execute(text("ANALYZE outbox"))
    engine.dispose()


def left(url: str, mark: str) -> int:
    """How many rows of this mark are not sent."""
    engine = _engine(url)
    with engine.connect() as connection:
        query = text("SELECT count(*) FROM outbox WHERE id LIKE :mark AND status <> 'sent'")
        found = connection.execute(query, {"mark": f"{mark}%"}).scalar_one()
    engine.dispose()
    return int(found)
