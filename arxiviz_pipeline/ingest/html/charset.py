"""Tells in which encoding a page really is: headers and pages are wrong about it at times."""

import codecs
import re
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT_BYTES = 1024  # HTML's own prescan reads as many
_DECLARED = re.compile(
    rb"""<meta\b[^<>]{0,200}\bcharset\s*=\s*["']?\s*([\w.:-]{1,40})"""
    rb"""|<\?xml\b[^<>]{0,200}\bencoding\s*=\s*["']([\w.:-]{1,40})""",
    re.IGNORECASE,
)
# What browsers read these as: https://encoding.spec.whatwg.org
_SUPERSETS: Final = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252"}
_ANY_BYTES = "cp1252"
_NO_PAGES = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7"})
"""Encodings of Python's that no page is in; some take time that grows with the square."""
_TOLD_BY_BYTES = ("utf-16", "utf-32", "utf16", "utf32", "ucs-2")  # any bytes are text in these


def to_utf8(content: bytes, told_charset: str) -> bytes:
    """Return a page in UTF-8; one that is in UTF-8 stays as it is.

    Bytes are believed before the header, and the header before the page itself. What a page says
    of its encoding is left in it: in UTF-8 it is recognised whatever it says.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace").encode()
    if sixteen := _without_mark(content):
        return content.decode(sixteen, errors="replace").encode()
    if _decoded(content, "utf-8") is not None:
        return content
    match = _DECLARED.search(content[:_LOOKED_AT_BYTES])
    declared = (match[1] or match[2]).decode("ascii", errors="replace").lower() if match else ""
    for charset in (told_charset, declared):
        text = _decoded(content, _SUPERSETS.get(charset, charset))
        if text is not None:
            return text.encode(errors="replace")
    return content.decode(_ANY_BYTES, errors="replace").encode()


def _without_mark(content: bytes) -> str:
    """Tell UTF-16 without its mark by the zero bytes of its first characters, which are ASCII."""
    first, second = content[0:16:2], content[1:16:2]
    if not second:
        return ""
    if not any(second):
        return "utf-16-le"
    return "" if any(first) else "utf-16-be"


def _decoded(content: bytes, charset: str) -> str | None:
    if not charset or charset.startswith(_TOLD_BY_BYTES):
        return None
    try:
        if codecs.lookup(charset).name in _NO_PAGES:
            return None
        return content.decode(charset)
    except (UnicodeError, LookupError, ValueError):
        return None
