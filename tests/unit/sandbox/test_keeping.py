"""The local Slack's file: conversations are in it, so nobody else may read it."""

import asyncio
from pathlib import Path

from bot.sandbox.keeping import SHORTLY_SECONDS, StateFile


def test_the_file_is_for_its_owner_alone_and_an_older_one_becomes_so(tmp_path: Path) -> None:
    file = tmp_path / "slack.json"
    for _ in range(2):
        StateFile(file, lambda: {"said": "hello"}).write()
        assert file.stat().st_mode & 0o777 == 0o600
        file.chmod(0o644)
        file.with_name("slack.json.new").touch(mode=0o644)
    assert StateFile(file, dict).read() == {"said": "hello"}


async def test_a_file_that_can_not_be_written_is_said_in_one_line_and_written_once_it_can(
    tmp_path: Path, caplog
) -> None:
    place = tmp_path / "place"
    place.touch()  # where the folder would be
    file = StateFile(place / "slack.json", lambda: {"said": "hello"})
    file.soon()
    await asyncio.sleep(2 * SHORTLY_SECONDS)
    said = [record.getMessage() for record in caplog.records]
    assert [line.partition(" can't be written")[0] for line in said] == [str(place / "slack.json")]
    assert caplog.records[0].exc_info is None
    place.unlink()
    file.close()  # it was still waiting
    assert StateFile(place / "slack.json", dict).read() == {"said": "hello"}
