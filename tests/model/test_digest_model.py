"""`python -m deadringer.fixtures.digest_model URL OUT`, asking a server that answers as a Cortex does."""

import asyncio
from pathlib import Path

import pytest
from deadringer.fixtures import digest_model
from deadringer.server.model import digest
from deadringer.server.running import RunningServer


async def test_a_digest_of_the_shipped_model_is_the_shipped_model(
    server: RunningServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = server.url.replace("://", "://root:secret@")
    assert await asyncio.to_thread(digest_model.main, [url, str(tmp_path / "data")]) == 0
    for name in digest.FILES:
        assert (tmp_path / "data" / f"{name}.json").read_bytes() == (digest.DATA / f"{name}.json").read_bytes()
    assert "694 types, 592 forms, 5577 props, 89 edges, 21 interfaces" in capsys.readouterr().out


async def test_a_wrong_password_is_told_and_nothing_written(server: RunningServer, tmp_path: Path) -> None:
    url = server.url.replace("://", "://root:wrong@")
    with pytest.raises(OSError, match="401"):
        await asyncio.to_thread(digest_model.main, [url, str(tmp_path / "data")])
    assert not (tmp_path / "data").exists()


def test_without_its_two_arguments_it_says_how_to_call_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert digest_model.main([]) == 2
    assert "usage:" in capsys.readouterr().err
