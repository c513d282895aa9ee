"""Reads a page's characters as they are drawn: what, where, and in which font.

PDFium: https://pdfium.googlesource.com/pdfium/+/main/public/fpdf_text.h. Characters come in the
order in which the page draws them, which is the reading order wherever a typesetter made the page:
columns one after the other, notes below them.
"""

import ctypes
import math
import re
import unicodedata
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from arxiviz_pipeline.domain.errors import PaperFormatError

MOST_PAGE_GLYPHS = 40_000  # a dense page has 8,000
_MOST_PAGE_OBJECTS = 50_000  # figures draw more; their order is not asked for then
_MATH_FONT = re.compile(
    r"CMMI|CMSY|CMEX|CMBSY|CMMIB|MSAM|MSBM|EUFM|EUSM|RSFS|LMMATH|STMARY|WASY|MTMI|MTSY|MTEX|RMTMI"
    r"|MATH|SYMBOL|TXSY|TXMI|TXEX|PXSY|PXMI|PXEX|ESINT|BBM|DSROM|NEWTXMI|NTXM|ZTMCM|PZDR",
    re.IGNORECASE,
)
_BOLD_FONT = re.compile(
    r"BOLD|CMBX|CMB10|CMSSBX|LMROMANDEMI|SFBX|ECBX|BLACK|HEAVY|DEMI|-BD|MEDI$", re.IGNORECASE
)
_ITALIC_FONT = re.compile(
    r"ITAL|OBLIQUE|CMTI|CMSL|CMBXTI|SFTI|ECTI|ITALIC|-IT$|REGUITAL|SLANT", re.IGNORECASE
)
_BOLD_WEIGHT = 600
_SPACES = frozenset({9, 10, 13, 32, 160, 0x3000})
_HYPHEN_AT_LINE_END = 2  # PDFium's own
_SURROGATES = range(0xD800, 0xE000)
_LIGATURES = range(0xFB00, 0xFB07)
_PRIVATE = range(0xE000, 0xF900)


class Style(NamedTuple):
    """How a character is set; `size` in points."""

    size: float
    font: str
    bold: bool
    italic: bool
    is_math: bool


class Glyph(NamedTuple):
    """A character; places in points from the lower left corner, `base` of the base line.

    `in_form` tells what is drawn by a form on the page, as figures are.
    """

    text: str
    left: float
    right: float
    base: float
    style: Style
    after_space: bool
    in_form: bool


def read_glyphs(page: pdfium.PdfPage, where: str) -> list[Glyph]:
    """Read the characters of a page that stand upright.

    Raises:
        PaperFormatError: If no page has that many.
    """
    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        if count > MOST_PAGE_GLYPHS:
            message = f"{where} has {count} characters; at most {MOST_PAGE_GLYPHS} can be read."
            raise PaperFormatError(message)
        return _read(text_page, max(count, 0), _top_level_objects(page))
    finally:
        text_page.close()


def _read(
    text_page: pdfium.PdfTextPage, count: int, top_level: frozenset[int] | None
) -> list[Glyph]:
    handle = text_page.raw
    unicode_of = pdfium_c.FPDFText_GetUnicode
    object_of = pdfium_c.FPDFText_GetTextObject
    box_of = pdfium_c.FPDFText_GetCharBox
    left, right, low, high = (ctypes.c_double() for _ in range(4))
    found: list[Glyph] = []
    settings: dict[int, tuple[Style, float] | None] = {}
    texts: dict[int, str] = {}
    after_space = False
    for index in range(count):
        code = unicode_of(handle, index)
        if code in _SPACES:
            after_space = True
            continue
        if code not in texts:
            texts[code] = _text_of(code)
        text = texts[code]
        drawn = object_of(handle, index)
        if not text or not drawn:
            continue
        address = ctypes.addressof(drawn.contents)
        if address not in settings:
            settings[address] = _setting_of(text_page, index)
        setting = settings[address]
        if setting is None:
            continue
        box_of(handle, index, left, right, low, high)
        style, base = setting
        in_form = top_level is not None and address not in top_level
        found.append(Glyph(text, left.value, right.value, base, style, after_space, in_form))
        after_space = False
    return found


def _text_of(code: int) -> str:
    if code == _HYPHEN_AT_LINE_END or code == 0xAD:
        return "-"
    is_text = code > 0x1F and code < 0x110000 and code not in _SURROGATES and code not in _PRIVATE
    if not is_text or code & 0xFFFE == 0xFFFE or 0x7F <= code < 0xA0:
        return ""
    return unicodedata.normalize("NFKC", chr(code)) if code in _LIGATURES else chr(code)


def _setting_of(text_page: pdfium.PdfTextPage, index: int) -> tuple[Style, float] | None:
    """Return how a text object is set, and its base line; None for turned ones, such as stamps."""
    drawn = pdfium_c.FPDFText_GetTextObject(text_page, index)
    matrix = pdfium_c.FS_MATRIX()
    size = ctypes.c_float()
    left, base = ctypes.c_double(), ctypes.c_double()
    is_known = (
        pdfium_c.FPDFText_GetMatrix(text_page, index, matrix)
        and pdfium_c.FPDFTextObj_GetFontSize(drawn, size)
        and pdfium_c.FPDFText_GetCharOrigin(text_page, index, left, base)
    )
    points = abs(size.value) * math.hypot(matrix.c, matrix.d)
    is_turned = abs(matrix.b) > abs(matrix.a) / 4
    if not is_known or is_turned or not 0 < points < math.inf or not math.isfinite(base.value):
        return None
    font = pdfium_c.FPDFTextObj_GetFont(drawn)
    buffer = ctypes.create_string_buffer(128)
    is_named = font and 0 < pdfium_c.FPDFFont_GetBaseFontName(font, buffer, 128) <= 128
    name = buffer.value.decode("utf-8", "replace") if is_named else ""
    name = name.partition("+")[2] or name  # without the tag of a subset
    is_heavy = font and pdfium_c.FPDFFont_GetWeight(font) >= _BOLD_WEIGHT
    bold = bool(is_heavy) or _BOLD_FONT.search(name) is not None
    italic = _ITALIC_FONT.search(name) is not None
    return Style(
        round(points, 1), name, bold, italic, _MATH_FONT.search(name) is not None
    ), base.value


def _top_level_objects(page: pdfium.PdfPage) -> frozenset[int] | None:
    """Return the addresses of what the page draws itself, and not a form on it."""
    count = pdfium_c.FPDFPage_CountObjects(page)
    if not 0 <= count <= _MOST_PAGE_OBJECTS:
        return None
    drawn = (pdfium_c.FPDFPage_GetObject(page, index) for index in range(count))
    return frozenset(ctypes.addressof(item.contents) for item in drawn if item)
