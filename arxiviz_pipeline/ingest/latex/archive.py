r"""Opens an e-print payload: whatever arXiv stores as the source of a paper.

A payload is untrusted. Nothing is written to disk; links and devices are passed over; a member
whose name leads outside is left out alone: names are mere keys here, and the rest may be the paper.
"""

import lzma
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from typing import Literal

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.latex.members import (
    COMMAND,
    MOST_FILE_BYTES,
    TEXT_SUFFIXES,
    clean_path,
    is_page,
    is_tex,
    is_text,
    is_wanted,
    suffix_of,
)
from arxiviz_pipeline.ingest.latex.source_files import SourceFiles
from arxiviz_pipeline.ingest.latex.tar import is_tar, read_tar
from arxiviz_pipeline.ingest.latex.unpacking import MOST_UNPACKED_BYTES, Unpacked

PayloadKind = Literal[
    "html", "pdf", "postscript", "dvi", "encrypted", "withdrawn", "source", "unknown"
]

_MOST_MEMBERS = 10_000
_MOST_KEPT_BYTES = 128 * 1024 * 1024

_KINDS_BY_SUFFIX: dict[str, PayloadKind] = {
    "cry": "encrypted", "dvi": "dvi", "pdf": "pdf", "ps": "postscript",
}  # fmt: skip
_AUTO_IGNORE = re.compile(rb"(?:[^\r\n]*[\r\n]){0,12}%auto-ignore")  # arXiv's mark of no paper
_POSTSCRIPT = re.compile(rb"\x04?%!(?:PS|[ \t]*[\r\n])|\xc5\xd0\xd3\xc6")
_LEAST_RANDOM_BYTES = 2048  # fewer are too few to tell by
_ADVICE = "that is no paper. Try its PDF"
_ZIP = b"PK\x03\x04"
_ZIP_FLAWS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError,
)  # fmt: skip

_REFUSALS: dict[PayloadKind, str] = {
    "html": "is a web page. Read it as HTML",
    "pdf": "is a PDF: its authors sent no source. Read it as PDF",
    "postscript": "is PostScript, without its TeX. Try the paper's PDF",
    "dvi": "is a DVI file, without its TeX. Try the paper's PDF",
    "encrypted": "was encrypted by its author, who alone can read it. Try the paper's PDF",
    "withdrawn": "says that the paper was withdrawn. Ask for an earlier version of it",
    "unknown": "holds no TeX. Try the paper's PDF",
}


@dataclass(slots=True)
class _Contents:
    """What a payload holds: text files, HTML pages, and names of others, each by path."""

    files: dict[str, bytes] = field(default_factory=dict)
    pages: dict[str, bytes] = field(default_factory=dict)
    others: dict[str, None] = field(default_factory=dict)
    damage: str = ""
    kept_bytes: int = 0


def open_source(content: bytes, url: str) -> SourceFiles:
    """Take the text files out of an e-print payload.

    Args:
        content: tar.gz, a gzipped file, a zip, a bare TeX file: as served, of any kind.
        url: Where it came from, for messages.

    Raises:
        PaperFormatError: If there is no TeX in it, or more than any paper has.
    """
    contents = _open(content, url)
    kind = _kind_of(contents)
    if kind != "source":
        damage = f" ({contents.damage})" if contents.damage else ""
        message = f"The source {url} {_REFUSALS[kind]}{damage}."
        raise PaperFormatError(message)
    return SourceFiles(contents.files, tuple(contents.others), contents.damage)


def payload_kind(content: bytes, url: str = "of this paper") -> PayloadKind:
    """Tell what an e-print payload is, under its compression.

    Raises:
        PaperFormatError: If it unpacks to more than any paper has.
    """
    return _kind_of(_open(content, url))


def html_page(content: bytes, url: str = "of this paper") -> bytes | None:
    """Return the page of a paper that was sent as HTML, the first one of several.

    Raises:
        PaperFormatError: If it unpacks to more than any paper has.
    """
    contents = _open(content, url)
    if _kind_of(contents) != "html":
        return None
    return contents.pages[min(contents.pages, key=lambda path: _page_rank(path, contents))]


def _page_rank(path: str, contents: _Contents) -> tuple[int, bool, int, str]:
    stem = path.rpartition("/")[2].partition(".")[0].lower()
    return path.count("/"), stem not in ("index", "main"), -len(contents.pages[path]), path


def _kind_of(contents: _Contents) -> PayloadKind:
    if any(is_tex(text) and not _AUTO_IGNORE.match(text) for text in contents.files.values()):
        return "source"
    if contents.pages:
        return "html"
    if any(_AUTO_IGNORE.match(text) for text in contents.files.values()):
        return "withdrawn"
    for suffix, kind in _KINDS_BY_SUFFIX.items():
        if any(suffix_of(name) == suffix for name in contents.others):
            return kind
    return "unknown"


def _open(content: bytes, url: str) -> _Contents:
    contents = _Contents()
    if content.startswith(_ZIP):
        _open_zip(content, url, contents)
        return contents
    unpacked = Unpacked(content, url)
    head = unpacked.peek(512)
    if is_tar(head):
        _open_tar(unpacked, url, contents)
    else:
        name = unpacked.name or url.partition("?")[0].rpartition("/")[2]
        _keep_single(contents, name, _read_whole(unpacked, url))
    contents.damage = contents.damage or unpacked.damage
    return contents


def _open_tar(unpacked: Unpacked, url: str, contents: _Contents) -> None:
    members = read_tar(unpacked, lambda name, size: is_wanted(clean_path(name), size))
    for count, member in enumerate(members, start=1):
        _check_count(count, url)
        _keep(contents, clean_path(member.name), member.content, url)
        if not member.is_whole:
            contents.damage = f"its archive ends inside {member.name.decode('latin-1')!r}"


def _open_zip(content: bytes, url: str, contents: _Contents) -> None:
    _check_count(content.count(b"PK\x01\x02"), url)
    left_bytes = MOST_UNPACKED_BYTES
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for info in archive.infolist():
                name = clean_path(info.filename.encode("utf-8", "replace"))
                if info.is_dir() or stat.S_ISLNK(info.external_attr >> 16):
                    continue
                wanted = is_wanted(name, info.file_size)
                text = archive.open(info).read(min(left_bytes, info.file_size)) if wanted else None
                left_bytes -= len(text or b"")
                _keep(contents, name, text, url)
    except _ZIP_FLAWS as error:
        contents.damage = f"its zip archive is damaged: {error}"


def _read_whole(unpacked: Unpacked, url: str) -> bytes:
    text = unpacked.read(MOST_FILE_BYTES)
    if unpacked.peek(1):
        message = f"A file of the source {url} has more than {MOST_FILE_BYTES} bytes; {_ADVICE}."
        raise PaperFormatError(message)
    return text


def _check_count(count: int, url: str) -> None:
    if count > _MOST_MEMBERS:
        message = f"The source {url} has more than {_MOST_MEMBERS} files; {_ADVICE}."
        raise PaperFormatError(message)


def _keep(contents: _Contents, name: str | None, text: bytes | None, url: str) -> None:
    if name is None:
        return
    if text is not None and suffix_of(name) == "gz":
        name, text = name[: -len(".gz")], _read_whole(Unpacked(text, url), url)
    if text is None or not is_text(name, text):
        contents.others[name] = None
        return
    kept = contents.pages if is_page(name, text) else contents.files
    kept.pop(name, None)
    kept[name] = text
    contents.kept_bytes += len(text)
    if contents.kept_bytes > _MOST_KEPT_BYTES:
        message = f"The source {url} has more than {_MOST_KEPT_BYTES} bytes of text; {_ADVICE}."
        raise PaperFormatError(message)


def _keep_single(contents: _Contents, name: str, text: bytes) -> None:
    """Keep the one file of a payload: what it is shows in its first bytes, its name is chance."""
    start = text[:1024]
    if b"%PDF-" in start and COMMAND.search(start) is None:
        contents.others["paper.pdf"] = None
    elif _POSTSCRIPT.match(start):
        contents.others["paper.ps"] = None
    elif start.startswith(b"\xf7\x02"):
        contents.others["paper.dvi"] = None
    elif name.endswith(".cry") or _is_random(text):
        contents.others["paper.cry"] = None
    elif is_page("", text):
        contents.pages["page.html"] = text
    elif is_tex(text) or _AUTO_IGNORE.match(text):
        path = clean_path(name.encode("utf-8", "replace"))
        contents.files[path if path and suffix_of(path) in TEXT_SUFFIXES else "main.tex"] = text


def _is_random(text: bytes) -> bool:
    """Tell bytes of which all are equally frequent, as only encrypted ones are here."""
    if len(text) < _LEAST_RANDOM_BYTES:
        return False
    sample = text[: 64 * 1024]
    expected = len(sample) / 256
    deviation = sum((sample.count(byte) - expected) ** 2 for byte in range(256)) / expected
    return deviation < 400  # chi squared of 255 degrees of freedom: chance alone gives 255 ± 23
