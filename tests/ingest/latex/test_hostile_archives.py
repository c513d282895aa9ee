"""Whatever a payload holds, opening it stays inside, is soon over, and raises one error alone."""

import bz2
import io
import lzma
import tarfile
import time
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.latex.archive import html_page, open_source, payload_kind
from arxiviz_pipeline.ingest.latex.roots import choose_roots
from tests.ingest.latex.payloads import PAPER, add, gzipped, tar, tar_gz, zipped

QUICK = settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
README = b'{"sources": [{"filename": "main.tex", "usage": "toplevel"}]}'
WHOLE = {"main.tex": PAPER, "a/b.tex": b"\\section{B}", "00README.json": README}
PAYLOADS = [
    tar(WHOLE),
    tar(WHOLE, tarfile.GNU_FORMAT),
    tar_gz(WHOLE),
    zipped(WHOLE),
    bz2.compress(PAPER),
    lzma.compress(PAPER),
    gzipped(PAPER),
]
SECONDS = 4.0  # on a busy machine; each takes well under one


def open_or_refuse(payload: bytes) -> None:
    for read in (payload_kind, html_page, lambda content: choose_roots(open_source(content, "x"))):
        try:
            read(payload)
        except PaperFormatError:
            continue


@QUICK
@given(st.binary(max_size=2000))
def test_any_bytes(payload: bytes):
    open_or_refuse(payload)


@QUICK
@given(
    st.sampled_from(PAYLOADS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6),
    st.floats(0, 1),
)
def test_any_damage(payload: bytes, changes: list[tuple[float, int]], kept: float):
    damaged = bytearray(payload)
    for where, byte in changes:
        damaged[int(where * (len(damaged) - 1))] = byte
    open_or_refuse(bytes(damaged[: int(kept * len(damaged)) + 1]))


@settings(QUICK, max_examples=40)
@given(st.dictionaries(st.text(max_size=20), st.binary(max_size=200), max_size=5))
def test_any_members_keep_inside(members: dict[str, bytes]):
    names = {name.replace("\0", "_") or "_": content for name, content in members.items()}
    payload = tar({**{name: PAPER for name in names}, "main.tex": PAPER})
    for path in open_source(payload, "x").files:
        assert not path.startswith("/")
        assert not {"", ".", ".."} & set(path.split("/"))


@pytest.mark.parametrize(
    "name",
    [
        "../up.tex",
        "a/../../up.tex",
        "/etc/up.tex",
        "C:\\up.tex",
        "c:up.tex",
        "..\\up.tex",
        "x\ny.tex",
    ],
)
def test_a_member_that_leads_outside_is_left_out_alone(name: str):
    for payload in (
        tar({name: PAPER, "main.tex": PAPER}),
        zipped({name: PAPER, "main.tex": PAPER}),
    ):
        source = open_source(payload, "e-print")
        assert list(source.files) == ["main.tex"]
        assert source.others == ()


def test_links_devices_and_pipes_are_passed_over():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for kind in (b"1", b"2", b"3", b"4", b"6"):
            add(archive, f"kind{kind.decode()}.tex", b"", kind)
        add(archive, "folder.tex", b"", tarfile.DIRTYPE)
        add(archive, "main.tex", PAPER)
    source = open_source(buffer.getvalue(), "e-print")
    assert dict(source.files) == {"main.tex": PAPER}
    assert source.others == ()


def bomb(size: int, start: bytes = b"") -> bytes:
    deflater = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = bytes(1024 * 1024)
    first = deflater.compress(start)
    parts = [deflater.compress(piece) for _ in range(size // len(piece))]
    return b"".join([first, *parts, deflater.flush()])


@pytest.fixture(scope="module")
def zeros() -> bytes:
    return bomb(256 * 1024 * 1024)


def test_a_bomb_is_refused_soon(zeros: bytes):
    file = tarfile.TarInfo("figure.eps")
    file.size = 2**33
    large = bomb(256 * 1024 * 1024, file.tobuf(tarfile.GNU_FORMAT))
    for payload in (zeros, large, gzipped(zeros), bz2.compress(bytes(100 * 1024 * 1024))):
        started = time.monotonic()
        with pytest.raises(PaperFormatError, match="more than"):
            open_source(payload, "e-print")
        assert time.monotonic() - started < SECONDS


def test_a_bomb_inside_an_archive_is_refused(zeros: bytes):
    with pytest.raises(PaperFormatError, match="has more than"):
        open_source(tar({"main.tex": PAPER, "more.tex.gz": zeros}), "e-print")


def test_a_header_that_claims_more_than_there_is_costs_nothing():
    info = tarfile.TarInfo("main.tex")
    info.size = 2**62
    payload = info.tobuf(tarfile.GNU_FORMAT) + PAPER
    started = time.monotonic()
    with pytest.raises(PaperFormatError, match="holds no TeX"):
        open_source(payload, "e-print")
    assert time.monotonic() - started < SECONDS


def test_extended_headers_without_end_are_passed_over():
    info = tarfile.TarInfo("x")
    info.type = tarfile.XHDTYPE
    payload = info.tobuf(tarfile.USTAR_FORMAT) * 20_000 + tar({"main.tex": PAPER})
    started = time.monotonic()
    assert list(open_source(payload, "e-print").files) == ["main.tex"]
    assert time.monotonic() - started < SECONDS


def test_too_many_files_are_refused():
    header = tarfile.TarInfo("a.tex").tobuf(tarfile.USTAR_FORMAT)
    with pytest.raises(PaperFormatError, match="more than 10000 files"):
        open_source(header * 10_001, "e-print")
    with pytest.raises(PaperFormatError, match="more than 10000 files"):
        open_source(b"PK\x03\x04" + b"PK\x01\x02" * 10_001, "e-print")


def test_joined_empty_gzip_files_end():
    started = time.monotonic()
    assert payload_kind(gzipped(b"") * 200_000) == "unknown"
    assert time.monotonic() - started < SECONDS
