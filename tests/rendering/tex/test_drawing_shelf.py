"""Drawings that are kept from one program to the next."""

from pathlib import Path

from arxiviz_pipeline.rendering.tex import drawing_shelf
from arxiviz_pipeline.rendering.tex.drawing_shelf import DrawingShelf, DrawnDocument

DRAWN = DrawnDocument("<svg/>", None, 3.0, 4.0)
REFUSED = DrawnDocument(refusal="Missing $ inserted")


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_one_shelf_keeps_another_finds(tmp_path: Path):
    shelf = DrawingShelf(tmp_path)
    shelf.keep(DRAWN, "preamble", "formula")
    shelf.keep(REFUSED, "preamble", "other")
    other = DrawingShelf(tmp_path)
    assert other.find("preamble", "formula") == DRAWN
    assert other.find("preamble", "other") == REFUSED
    assert other.find("preamble", "third") is None
    assert other.find("preambleformula") is None


def test_without_a_folder_it_is_kept_in_memory(tmp_path: Path):
    shelf = DrawingShelf()
    shelf.keep(DRAWN, "formula")
    assert shelf.find("formula") == DRAWN
    assert DrawingShelf().find("formula") is None


def test_what_would_come_out_otherwise_another_time_is_not_kept(tmp_path: Path):
    shelf = DrawingShelf(tmp_path)
    shelf.keep(DrawnDocument(refusal="no time", lasts=False), "formula")
    assert shelf.find("formula") is None
    assert files(tmp_path) == []


def test_a_broken_file_counts_as_missing_and_is_written_anew(tmp_path: Path):
    DrawingShelf(tmp_path).keep(DRAWN, "formula")
    (file,) = files(tmp_path)
    for broken in (b"", file.read_bytes()[:-3], b"x\x9c\xab\x56", b"[]"):
        file.write_bytes(broken)
        shelf = DrawingShelf(tmp_path)
        assert shelf.find("formula") is None
        shelf.keep(DRAWN, "formula")
        assert DrawingShelf(tmp_path).find("formula") == DRAWN


def test_the_oldest_go_where_there_is_no_room(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(drawing_shelf, "_LARGEST_PART_BYTES", 400)
    shelf = DrawingShelf(tmp_path)
    for number in range(2000):
        shelf.keep(DRAWN, str(number))
    parts = [part for part in tmp_path.iterdir() if part.is_dir()]
    assert len(parts) == 256
    assert all(sum(file.stat().st_size for file in files(part)) <= 400 for part in parts)
    assert DrawingShelf(tmp_path).find("1999") == DRAWN


def test_memory_holds_the_last(monkeypatch):
    monkeypatch.setattr(drawing_shelf, "_MOST_IN_MEMORY", 2)
    shelf = DrawingShelf()
    for name in "abc":
        shelf.keep(DRAWN, name)
    assert [shelf.find(name) is None for name in "abc"] == [True, False, False]


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path):
    (tmp_path / "file").write_text("no folder")
    shelf = DrawingShelf(tmp_path / "file")
    shelf.keep(DRAWN, "formula")
    assert shelf.find("formula") == DRAWN
