"""The pages for people: open to everybody, plain, and true to the settings."""

import re
from pathlib import Path

import pytest

from bot.cli import load_manifest
from bot.local import Local, local
from bot.sandbox.person import Person
from bot.settings import ConfigurationError, load_settings
from tests.conftest import START
from tests.scenarios.test_calendar import fetched


async def own_address(both: Local) -> str:
    """Where this Ajar serves its pages, as the Home tab links to it."""
    robin = Person(both.sandbox)
    await robin.open_home()
    found = re.search(r"http://127\.0\.0\.1:\d+/support", str(robin.home))
    assert found
    return found.group().removesuffix("/support")


async def test_both_pages_are_plain_html_that_reads_nothing_and_runs_nothing(over_http: Local) -> None:
    own = await own_address(over_http)
    for name, part in (("support", "/decline list"), ("privacy", "The owners of your workspace")):
        status, content, headers = await fetched(f"{own}/{name}")
        text = content.decode()
        assert status == 200
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "set-cookie" not in headers
        assert part in text
        assert text.count("<h1>") == text.count("<main>") == 1
        assert '<html lang="en">' in text
        assert "<script" not in text
    assert "stays until you erase it" in text
    assert "whoever installed Ajar" in (await fetched(f"{own}/support"))[1].decode()


async def test_they_name_the_contact_and_the_term_of_this_installation(tmp_path: Path) -> None:
    given = {"ajar_support": "help+ajar@example.org", "ajar_retention_days": 90}
    async with local(tmp_path, load_manifest(), start_at=START, **given) as both:
        own = await own_address(both)
        support = (await fetched(f"{own}/support"))[1].decode()
        assert '<a href="mailto:help%2Bajar@example.org">help+ajar@example.org</a>' in support
        assert "erased after 90 days" in (await fetched(f"{own}/privacy"))[1].decode()


async def test_an_odd_language_is_answered_in_english(over_http: Local) -> None:
    own = await own_address(over_http)
    for asked in ('"><script>', "xx-YY", "", "*", "en;q=0.1", "tlh, en-GB;q=0.5"):
        status, content, _ = await fetched(f"{own}/privacy", **{"accept-language": asked})
        assert status == 200
        assert "What's never kept" in content.decode().replace("&#x27;", "'")
        assert '<html lang="en">' in content.decode()  # and says which language it is in
        assert "<script>" not in content.decode()


@pytest.mark.parametrize("given", ["javascript:alert(1)", "help", "http://", "a@b", 'x"@example.org'])
def test_a_contact_that_is_no_address_stops_the_start(given: str) -> None:
    with pytest.raises(ConfigurationError, match="AJAR_SUPPORT"):
        load_settings(ajar_support=given)
