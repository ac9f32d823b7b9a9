"""The local Slack's file: conversations are in it, so nobody else may read it."""

from pathlib import Path

from bot.sandbox.keeping import StateFile


def test_the_file_is_for_its_owner_alone_and_an_older_one_becomes_so(tmp_path: Path) -> None:
    file = tmp_path / "slack.json"
    for _ in range(2):
        StateFile(file, lambda: {"said": "hello"}).write()
        assert file.stat().st_mode & 0o777 == 0o600
        file.chmod(0o644)
        file.with_name("slack.json.new").touch(mode=0o644)
    assert StateFile(file, dict).read() == {"said": "hello"}
