import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.ingest.html.charset import to_utf8

TEXT = "<html><title>Poincaré – naïve</title></html>"


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", ""),
        ("utf-8", "iso-8859-1"),
        ("utf-8", "utf-16"),
        ("utf-8-sig", "ascii"),
        ("utf-16", ""),
        ("utf-16-le", "utf-8"),
        ("utf-16-be", ""),
        ("utf-32", ""),
        ("cp1252", ""),
        ("cp1252", "utf-8"),
        ("cp1252", "utf-16"),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "no-such-charset"),
        ("cp1252", "base64"),
        ("koi8-u", "koi8-u"),
        ("mac-roman", "macintosh"),
    ],
)
def test_a_page_is_brought_into_utf8_whatever_its_header_says(encoding: str, told: str):
    text = TEXT if encoding != "koi8-u" else "<html><title>Теорема</title></html>"
    assert to_utf8(text.encode(encoding), told).decode("utf-8") == text


@pytest.mark.parametrize(
    "declaration",
    [
        '<meta charset="koi8-r">',
        "<META http-equiv=Content-Type content='text/html; charset=koi8-r'>",
        '<?xml version="1.0" encoding="koi8-r"?>',
    ],
)
def test_a_page_without_a_header_is_read_as_it_says(declaration: str):
    page = f"{declaration}<title>Теорема</title>"
    assert to_utf8(page.encode("koi8-r"), "").decode("utf-8") == page


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["", "utf-8", "utf-16", "latin-1", "idna", "\x00"]))
def test_any_bytes_become_utf8(content: bytes, told: str):
    to_utf8(content, told).decode("utf-8")


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=200))
def test_utf8_stays_as_it_is(text: str):
    page = f"<p>{text}</p>".encode()
    assert to_utf8(page, "iso-8859-1") == page


@pytest.mark.parametrize("charset", ["idna", "punycode", "unicode_escape", "UTF7", "zlib"])
def test_what_is_no_encoding_of_pages_is_not_tried(charset: str):
    page = b"<p>\xe9" + b"a-" * 200_000
    assert to_utf8(page, charset) == page.decode("cp1252").encode()
