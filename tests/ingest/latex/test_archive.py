"""An e-print payload gives the paper's text files, or says what it is instead."""

import bz2
import hashlib
import lzma
import tarfile
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.latex.archive import html_page, open_source, payload_kind
from arxiviz_pipeline.ingest.latex.roots import choose_roots
from tests.ingest.latex.payloads import PAPER, gzipped, named_gzip, tar, tar_gz, zipped

PAGE = b"<!-- by hand --><HTML><head><title>Paper</title></head><body>Text \\alpha</body></HTML>"
NOISE = b"".join(hashlib.sha256(bytes([i // 256, i % 256])).digest() for i in range(1500))
FILES = {"main.tex": PAPER, "parts/one.tex": b"\\section{One}", "figures/plot.pdf": b"%PDF-1.4 \0"}


@pytest.mark.parametrize(
    "payload",
    [
        tar(FILES),
        tar(FILES, tarfile.GNU_FORMAT),
        tar(FILES, tarfile.USTAR_FORMAT),
        tar_gz(FILES),
        bz2.compress(tar(FILES)),
        lzma.compress(tar(FILES)),
        gzipped(tar_gz(FILES)),
        zipped(FILES),
    ],
    ids=["pax", "gnu", "ustar", "gzip", "bzip2", "xz", "gzip twice", "zip"],
)
def test_an_archive_gives_its_text_files_and_the_names_of_the_others(payload: bytes):
    source = open_source(payload, "e-print")
    assert dict(source.files) == {"main.tex": PAPER, "parts/one.tex": b"\\section{One}"}
    assert source.others == ("figures/plot.pdf",)
    assert source.damage == ""
    assert payload_kind(payload) == "source"


@pytest.mark.parametrize(
    ("payload", "path"),
    [
        (PAPER, "main.tex"),
        (gzipped(PAPER), "main.tex"),
        (named_gzip("REPRES.TEX", PAPER), "REPRES.TEX"),
        (named_gzip("9901011", PAPER), "main.tex"),
    ],
)
def test_a_single_file_needs_no_archive(payload: bytes, path: str):
    assert dict(open_source(payload, "e-print").files) == {path: PAPER}


def test_a_bare_file_keeps_the_name_it_was_read_from():
    assert list(open_source(PAPER, "/home/me/draft.tex").files) == ["draft.tex"]


def test_a_gzipped_member_is_unpacked():
    payload = tar({"main.tex.gz": gzipped(PAPER), "data.csv.gz": gzipped(b"1,2")})
    source = open_source(payload, "e-print")
    assert dict(source.files) == {"main.tex": PAPER}
    assert source.others == ("data.csv.gz",)


def test_a_tex_file_is_known_by_its_content_where_its_name_says_nothing():
    members = {"paper": PAPER, "text.v2": PAPER, "table": b"1 2 3", "blob": b"\0\1\\ab\0" * 9}
    source = open_source(tar(members), "e-print")
    assert list(source.files) == ["paper", "text.v2"]
    assert source.others == ("table", "blob")


def test_of_members_with_one_name_the_last_counts():
    payload = tar({"./main.tex": b"\\old", "main.tex": PAPER})
    assert dict(open_source(payload, "e-print").files) == {"main.tex": PAPER}


def test_long_names_arrive_whole():
    name = "/".join(["a-folder-with-a-long-name"] * 8) + "/main.tex"
    for tar_format in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT):
        assert list(open_source(tar({name: PAPER}, tar_format), "e-print").files) == [name]


@pytest.mark.parametrize(
    ("payload", "kind", "message"),
    [
        (PAGE, "html", "is a web page"),
        (gzipped(b"\r\n<!DOCTYPE html>\n<html>"), "html", "is a web page"),
        (tar({"index.html": PAGE, "figure.gif": b"GIF8"}), "html", "is a web page"),
        (b"%PDF-1.5\n\xe2\xe3", "pdf", "Read it as PDF"),
        (tar_gz({"paper.pdf": b"%PDF-1.5"}), "pdf", "Read it as PDF"),
        (gzipped(b"%!PS-Adobe-2.0\n%%Title: x"), "postscript", "without its TeX"),
        (gzipped(b"\xf7\x02\x01\x83"), "dvi", "without its TeX"),
        (named_gzip("paper.tex.cry", b"short"), "encrypted", "encrypted by its author"),
        (NOISE, "encrypted", "encrypted by its author"),
        (gzipped(b"%auto-ignore\nThis paper has been withdrawn."), "withdrawn", "withdrawn"),
        (tar({"notes.csv": b"1,2"}), "unknown", "holds no TeX"),
        (b"Nothing but words.", "unknown", "holds no TeX"),
        (b"", "unknown", "holds no TeX"),
    ],
)
def test_other_payloads_are_told_apart(payload: bytes, kind: str, message: str):
    assert payload_kind(payload) == kind
    with pytest.raises(PaperFormatError, match=message):
        open_source(payload, "e-print")


def test_tex_that_speaks_of_other_formats_is_still_tex():
    for text in (b"%!TEX root = main.tex\n", b"% <html> is made by latex2html\n", b"% %PDF-1.4\n"):
        assert payload_kind(text + PAPER) == "source"


def test_the_page_of_a_paper_sent_as_html():
    assert html_page(gzipped(PAGE)) == PAGE
    pages = {"ch/one.html": PAGE * 9, "notes.html": b"<html>n", "index.html": PAGE}
    assert html_page(tar(pages)) == PAGE
    assert html_page(tar({"a.html": b"<html>a", "b.html": PAGE})) == PAGE
    assert html_page(tar_gz({"main.tex": PAPER, "index.html": PAGE})) is None


def test_a_truncated_archive_gives_what_came_before_the_cut():
    members = {"main.tex": PAPER, "noise.png": NOISE}
    source = open_source(tar_gz(members)[:20_000], "e-print")
    assert dict(source.files) == {"main.tex": PAPER}
    assert "early" in source.damage or "ends inside" in source.damage


def test_a_wrong_checksum_costs_nothing():
    payload = bytearray(gzipped(PAPER))
    payload[-8] ^= 0xFF
    assert dict(open_source(bytes(payload), "e-print").files) == {"main.tex": PAPER}


def test_damage_is_told_where_it_leaves_no_tex():
    with pytest.raises(PaperFormatError, match=r"holds no TeX.*end early"):
        open_source(tar_gz({"main.tex": PAPER})[:40], "e-print")


def test_the_real_payloads(shared_papers: Path):
    kinds = {
        path.parent.name: payload_kind(path.read_bytes())
        for path in sorted(shared_papers.glob("*/source*"))
    }
    assert kinds.pop("math_0303004") == "encrypted"
    assert set(kinds.values()) == {"source"}
    roots = {
        name: choose_roots(open_source((shared_papers / name / file).read_bytes(), name))
        for name, file in {
            "1706.03762": "source.tar.gz",
            "2312.12344": "source.tar.gz",
            "math_0303005": "source.gz",
        }.items()
    }
    assert roots == {
        "1706.03762": ("main.tex",),
        "2312.12344": ("AGN_BHgrowth.tex",),
        "math_0303005": ("REPRES.TEX",),
    }
    assert payload_kind((shared_papers / "math_0303009" / "paper.pdf").read_bytes()) == "pdf"
    assert payload_kind((shared_papers / "cs_9901011" / "page.html").read_bytes()) == "html"
