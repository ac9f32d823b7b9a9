"""What every test may use; nothing is skipped where AJAR_NO_SKIPS is set."""

import logging
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from bot.cli import load_manifest
from bot.coaching.reasons import Catalogue, load_catalogues
from bot.local import Local, local
from bot.sandbox.person import Person
from bot.wiring import template_folder
from bot.wording import Words
from tests.fakes import FixedClock

START = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)  # a Tuesday, nine in the morning where Robin lives
PATIENCE_SECONDS = 20.0  # stories are not about speed; Slack's three seconds have tests of their own

settings.register_profile("ajar", deadline=None, max_examples=60)
settings.load_profile("ajar")
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("AJAR_NO_SKIPS"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and nothing may be skipped here"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(scope="session")
def words() -> Words:
    return Words(template_folder())


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogues(template_folder())


@pytest.fixture(params=["http", "socket"])
async def running(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Local]:
    """Ajar and a local Slack, over HTTP and over Socket Mode."""
    async with local(
        tmp_path,
        load_manifest(),
        over_sockets=request.param == "socket",
        start_at=START,
        patience_seconds=PATIENCE_SECONDS,
    ) as both:
        yield both


@pytest.fixture
async def over_http(tmp_path: Path) -> AsyncIterator[Local]:
    """Ajar and a local Slack over HTTP."""
    async with local(tmp_path, load_manifest(), start_at=START, patience_seconds=PATIENCE_SECONDS) as both:
        yield both


@pytest.fixture
def robin(over_http: Local) -> Person:
    return Person(over_http.sandbox)


@pytest.fixture
def marta(over_http: Local) -> Person:
    return Person(over_http.sandbox, "U0MARTA001")
