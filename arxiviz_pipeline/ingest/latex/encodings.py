r"""Tells how a TeX file's bytes are to be read, and reads them: nothing here fails.

TeX files declare their encoding with `\usepackage[…]{inputenc}`, CJK's environments, or not at all.
"""

import re

from charset_normalizer import from_bytes

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_INPUT_ENCODINGS = {  # inputenc's options; utf8 is tried before any of them
    "ansinew": "cp1252", "applemac": "mac_roman", "ascii": "cp1252", "cp1250": "cp1250",
    "cp1251": "cp1251", "cp1252": "cp1252", "cp1257": "cp1257", "cp437": "cp437",
    "cp437de": "cp437", "cp850": "cp850", "cp852": "cp852", "cp855": "cp855", "cp858": "cp858",
    "cp865": "cp865", "cp866": "cp866", "cp866av": "cp866", "decmulti": "cp1252",
    "iso88595": "iso8859_5", "iso88597": "iso8859_7", "koi8-r": "koi8_r", "koi8-ru": "koi8_u",
    "koi8-u": "koi8_u", "latin1": "cp1252", "latin2": "iso8859_2", "latin3": "iso8859_3",
    "latin4": "iso8859_4", "latin5": "iso8859_9", "latin9": "iso8859_15", "latin10": "iso8859_16",
    "maccyr": "mac_cyrillic", "macce": "mac_latin2", "utf8": "utf-8", "utf8x": "utf-8",
}  # fmt: skip
_CJK_ENCODINGS = {  # the CJK package's names
    "bg5": "big5hkscs", "bg5+": "big5hkscs", "gb": "gb18030", "gbk": "gb18030", "gbt": "gb18030",
    "jis": "euc_jp", "jis2": "euc_jp", "ks": "cp949", "hk": "big5hkscs", "sjis": "cp932",
    "utf8": "utf-8",
}  # fmt: skip
_DECLARATION = re.compile(
    rb"\\usepackage\s*\[([^\]]{0,200})\]\s*\{\s*inputenc\s*\}|\\inputencoding\s*\{([^}]{0,40})\}"
)
_CJK = re.compile(rb"\\begin\s*\{CJK\*?\}\s*(?:\[[^\]]{0,40}\])?\s*\{([A-Za-z0-9+]{1,8})\}")
_COMMENT = re.compile(rb"(?<!\\)%[^\r\n]*")
_HIGH = re.compile(rb"[\x80-\xff]+")
_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_HIGH_LINE = re.compile(rb"[^\r\n]{0,200}[\x80-\xff][^\r\n]{0,200}")
_LONE_RETURN = re.compile(rb"\r(?!\n)")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")

_WESTERN = ("cp1252", "mac_roman", "cp850")
_WESTERN_LETTERS = frozenset("äöüßéèêëàâáãçñíóôõúøåæÄÖÜÉÁÅØ–—’“”")
_FOREIGN = [
    "cp1251", "koi8_r", "gb18030", "big5", "euc_jp", "cp932", "cp949", "iso8859_2", "iso8859_7",
    "cp1252",
]  # fmt: skip
_WESTERN_RUN = 2.0  # accented letters together, on average: other scripts write whole words
_SAMPLE_BYTES = 20_000
_DECLARED_WITHIN_BYTES = 200_000  # preambles are at the start


def declared_encoding(content: bytes) -> str | None:
    """Return the Python name of the encoding that a TeX file asks for, if it does."""
    head = content[:_DECLARED_WITHIN_BYTES]
    if b"inputenc" not in head and b"CJK" not in head:
        return None
    head = _COMMENT.sub(b"", head)
    names = [(match[1] or match[2] or b"") for match in _DECLARATION.finditer(head)]
    options = [option.strip() for name in names for option in name.decode("latin-1").split(",")]
    found = [_INPUT_ENCODINGS[option] for option in options if option in _INPUT_ENCODINGS]
    cjk = _CJK.search(head)
    name = cjk[1].decode("latin-1").lower() if cjk else ""
    return _CJK_ENCODINGS.get(name) or (found[-1] if found else None)


def decode_tex(content: bytes, usual_encoding: str | None = None) -> str:
    r"""Decode a TeX file, its lines ended by `\n` and without control characters.

    Args:
        content: The file.
        usual_encoding: What other files of the paper declare, where this one declares nothing.
    """
    text = _decode(content, usual_encoding)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n")
    return _CONTROLS.sub("", text)


def _decode(content: bytes, usual_encoding: str | None) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    if b"\x1b$" in content and (text := _strictly(content, "iso2022_jp")) is not None:
        return text
    if (text := _strictly(content, "utf-8")) is not None:
        return text
    declared = declared_encoding(content) or usual_encoding
    if declared not in (None, "utf-8") and (text := _strictly(content, declared)) is not None:
        return text
    if declared == "utf-8" or _is_nearly_utf8(content):
        return _decode_mixed(content)
    text = _strictly(content, _guess(content))
    return _decode_mixed(content) if text is None else text


def _strictly(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except ValueError:
        return None


def _is_nearly_utf8(content: bytes) -> bool:
    high_count = sum(len(run) for run in _HIGH.findall(content))
    valid_count = sum(len(sequence) for sequence in _UTF8_SEQUENCE.findall(content))
    return 2 * valid_count > high_count


def _decode_mixed(content: bytes) -> str:
    """Decode UTF-8, and bytes that are not as Windows-1252: files are joined by hand."""
    parts: list[str] = []
    end = 0
    for match in _HIGH.finditer(content):
        parts.append(content[end : match.start()].decode("ascii"))
        run = match[0]
        text = _strictly(run, "utf-8")
        parts.append(_repair(run) if text is None else text)
        end = match.end()
    parts.append(content[end:].decode("ascii"))
    return "".join(parts)


def _repair(run: bytes) -> str:
    parts: list[str] = []
    end = 0
    for match in _UTF8_SEQUENCE.finditer(run):
        parts.append(_as_windows(run[end : match.start()]))
        parts.append(match[0].decode("utf-8", "replace"))
        end = match.end()
    parts.append(_as_windows(run[end:]))
    return "".join(parts)


def _as_windows(content: bytes) -> str:
    text = _strictly(content, "cp1252")
    return content.decode("latin-1") if text is None else text


def _guess(content: bytes) -> str:
    sample = b"\n".join(_HIGH_LINE.findall(content))[:_SAMPLE_BYTES]
    runs = _HIGH.findall(sample)
    if sum(len(run) for run in runs) > _WESTERN_RUN * len(runs):
        found = from_bytes(sample, cp_isolation=_FOREIGN).best()
        if found is not None:
            return found.encoding
    if _LONE_RETURN.search(content):
        return "mac_roman"
    scores = [
        sum(letter in _WESTERN_LETTERS for letter in sample.decode(encoding, "replace"))
        for encoding in _WESTERN
    ]
    return _WESTERN[scores.index(max(scores))]
