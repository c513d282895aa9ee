"""Formats of preambles: made once, for any number of programs, and made anew when broken."""

import time
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.ports import Formula
from arxiviz_pipeline.rendering.tex import formats as kept_formats
from arxiviz_pipeline.rendering.tex.formats import TexFormats
from arxiviz_pipeline.rendering.tex.programs import TexLimits
from arxiviz_pipeline.rendering.tex.typesetter import LatexTypesetter

PREAMBLE = r"\documentclass{minimal}"


def limits() -> TexLimits:
    return TexLimits(20, time.monotonic() + 60)


def test_a_format_is_kept(tmp_path: Path):
    made = TexFormats(tmp_path).find(PREAMBLE, "latex", {}, limits())
    assert made is not None
    written = made.stat().st_ino
    again = TexFormats(tmp_path).find(PREAMBLE, "latex", {}, limits())
    assert again == made
    assert made.stat().st_ino == written
    assert [path.suffix for path in tmp_path.iterdir()] == [".fmt"]


def test_a_preamble_that_does_not_compile_has_none(tmp_path: Path):
    formats = TexFormats(tmp_path)
    assert formats.find(r"\documentclass{nowhere}", "latex", {}, limits()) is None
    assert list(tmp_path.iterdir()) == []


def test_the_least_used_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kept_formats, "_MOST_FORMATS", 1)
    formats = TexFormats(tmp_path)
    formats.find(PREAMBLE, "latex", {}, limits())
    last = formats.find(f"{PREAMBLE}%", "latex", {}, limits())
    assert list(tmp_path.iterdir()) == [last]


def test_a_broken_format_is_done_without_and_made_anew(tmp_path: Path):
    LatexTypesetter(cache_folder=tmp_path).typeset([Formula(("x",))])
    (made,) = tmp_path.rglob("*.fmt")
    for broken in (b"", b"no format", made.read_bytes()[:1_000_000]):
        made.write_bytes(broken)
        (size,) = LatexTypesetter(cache_folder=tmp_path).typeset([Formula((f"x_{len(broken)}",))])
        assert size.error is None
        assert not made.exists()


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path):
    (tmp_path / "file").write_text("no folder")
    (size,) = LatexTypesetter(cache_folder=tmp_path / "file").typeset([Formula(("x",))])
    assert size.error is None
