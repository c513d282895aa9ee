"""Which members of an archive are worth their memory, and by what path each is known."""

import re

COMMAND = re.compile(rb"\\[A-Za-z]{2,}")  # a control word: what TeX is known by
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
MOST_FILE_BYTES = 32 * 1024 * 1024  # of one text file
_MOST_UNKNOWN_BYTES = 2 * 1024 * 1024  # of a file whose name does not tell what it is
_MOST_NAME_BYTES = 1000
_SNIFFED_BYTES = 4096

TEXT_SUFFIXES = frozenset({
    "bbl", "bib", "cfg", "clo", "cls", "def", "inc", "inp", "json", "latex", "ltx", "pdf_tex",
    "eps_tex", "pgf", "pstex_t", "sty", "tex", "tikz", "toml", "txt", "xxx", "yaml", "yml",
})  # fmt: skip
_PAGE_SUFFIXES = frozenset({"htm", "html", "xhtml"})
_OTHER_SUFFIXES = frozenset({
    "aux", "avi", "blg", "bmp", "bst", "bz2", "cry", "csv", "dat", "dvi", "eps", "epsf", "epsi",
    "gif", "gz", "ipynb", "jar", "jp2", "jpeg", "jpg", "log", "mov", "mp3", "mp4", "mpg", "nb",
    "otf", "pdf", "pfb", "png", "ps", "py", "svg", "tar", "tfm", "tgz", "tif", "tiff", "ttf", "vf",
    "wav", "webp", "xlsx", "xz", "zip",
})  # fmt: skip
_HTML = re.compile(
    rb"\s*+(?><\?xml[^>]{0,200}>\s*)?+(?><!--.{0,2000}?-->\s*)*+"
    rb"<(?:!doctype\s+html|html|head|title|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_DRIVE = re.compile(r"[A-Za-z]:")
_SAFE_NAME = re.compile(r"[^\x00-\x1f\x7f]+")


def clean_path(name: bytes) -> str | None:
    """Return a member's path in the archive, or None where it leads outside or is no name."""
    try:
        text = name.decode("utf-8")
    except UnicodeDecodeError:
        text = name.decode("latin-1")
    text = text.replace("\\", "/")
    if len(name) > _MOST_NAME_BYTES or not _SAFE_NAME.fullmatch(text):
        return None
    if text.startswith("/") or _DRIVE.match(text):
        return None
    parts = [part for part in text.split("/") if part not in ("", ".")]
    return "/".join(parts) if parts and ".." not in parts else None


def is_wanted(path: str | None, size: int) -> bool:
    """Tell by its path and size in bytes whether a member may be text worth keeping."""
    if path is None:
        return False
    suffix = suffix_of(path)
    if suffix == "gz":
        return suffix_of(path[: -len(".gz")]) in TEXT_SUFFIXES and size <= MOST_FILE_BYTES
    if suffix in _OTHER_SUFFIXES:
        return False
    is_known = suffix in TEXT_SUFFIXES or suffix in _PAGE_SUFFIXES
    return size <= (MOST_FILE_BYTES if is_known else _MOST_UNKNOWN_BYTES)


def is_text(path: str, content: bytes) -> bool:
    """Tell text from the rest: old papers' TeX files have any suffix, or none."""
    suffix = suffix_of(path)
    is_known = suffix in TEXT_SUFFIXES or suffix in _PAGE_SUFFIXES
    return is_known or is_tex(content) or is_page(path, content)


def is_tex(content: bytes) -> bool:
    """Tell TeX by a control word, in bytes that are no figure's."""
    if content.startswith(_UTF16_MARKS):
        return True
    start = content[:_SNIFFED_BYTES]
    is_binary = start.count(b"\0") * 20 > len(start)
    return not is_binary and COMMAND.search(content) is not None


def is_page(path: str, content: bytes) -> bool:
    """Tell an HTML page by its suffix, or by its first tag if the suffix says nothing."""
    suffix = suffix_of(path)
    if suffix in TEXT_SUFFIXES:
        return False
    return suffix in _PAGE_SUFFIXES or _HTML.match(content[:_SNIFFED_BYTES]) is not None


def suffix_of(path: str) -> str:
    """Return what follows the last dot of a path's name, in lower case; else nothing."""
    _, dot, suffix = path.rpartition("/")[2].rpartition(".")
    return suffix.lower() if dot else ""
