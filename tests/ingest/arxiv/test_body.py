import gzip
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.ingest.arxiv.body import (
    TooLargeError,
    TooSlowError,
    UnpackingError,
    read_body,
)


def in_chunks(content: bytes, size: int) -> Iterator[bytes]:
    yield from (content[start : start + size] for start in range(0, len(content), size))


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=3000), size=st.integers(1, 700), pack=st.booleans())
def test_a_body_is_the_same_however_it_comes(content: bytes, size: int, pack: bool):
    sent, encoding = (gzip.compress(content), "gzip") if pack else (content, "")
    assert read_body(in_chunks(sent, size), encoding, 3000, 60.0) == content


@settings(max_examples=60, deadline=None)
@given(content=st.binary(max_size=300), encoding=st.sampled_from(["gzip", "deflate", "br", ""]))
def test_any_bytes_are_read_or_refused(content: bytes, encoding: str):
    try:
        read_body(in_chunks(content, 50), encoding, 10_000, 60.0)
    except UnpackingError:
        assert encoding


def test_zlib_is_unpacked_as_deflate():
    assert read_body([zlib.compress(b"text")], "deflate", 100, 60.0) == b"text"


def test_a_packed_megabyte_in_one_chunk_comes_out_whole():
    content = bytes(1_000_000)
    assert read_body([gzip.compress(content)], "gzip", len(content), 60.0) == content


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_more_than_allowed_is_refused_at_once(encoding: str):
    unread = iter([gzip.compress(bytes(1_000_000)), b"never asked for"])
    with pytest.raises(TooLargeError):
        read_body(unread, encoding, 100, 60.0)
    assert next(unread) == b"never asked for"


def test_what_takes_too_long_is_given_up():
    with pytest.raises(TooSlowError):
        read_body([b"x", b"y"], "", 100, -1.0)
