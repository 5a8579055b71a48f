"""The pieces cover every seed once, and one that falls short is told."""

import pytest

from pipelines.acceptance import corruptions
from pipelines.fuzz import damaged_files


@pytest.mark.parametrize(("fails", "status"), [(None, 0), (250, 1)])
def test_pieces(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fails: int | None, status: int
) -> None:
    seeds: list[int] = []

    def piece(arguments: list[str] | None = None) -> int:
        assert arguments is not None
        assert arguments[-2:] == ["--through", "screen"]
        first, count = int(arguments[1]), int(arguments[3])
        seeds.extend(range(first, first + count))
        return int(first == fails)

    monkeypatch.setattr(damaged_files, "main", piece)
    assert corruptions.main(["--count", "600"]) == status
    assert seeds == list(range(600))
    assert ("falls short" in capsys.readouterr().out) == bool(status)
