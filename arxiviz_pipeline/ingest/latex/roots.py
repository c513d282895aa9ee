r"""Finds a source's main file: the one TeX is run on, which inputs the others."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.latex.members import suffix_of
from arxiviz_pipeline.ingest.latex.readme import read_readme
from arxiviz_pipeline.ingest.latex.source_files import SourceFiles

_NO_ROOT_SUFFIXES = frozenset({
    "bbl", "bib", "cfg", "clo", "cls", "def", "eps_tex", "json", "pdf_tex", "pgf", "pstex_t",
    "sty", "tikz", "toml", "xxx", "yaml", "yml",
})  # fmt: skip
_ANCILLARY = "anc/"  # arXiv: files that are given along with a paper, and are no part of it
_AUTO_IGNORE = re.compile(r"(?:[^\n]*\n){0,12}%auto-ignore")
_COMMENT = re.compile(r"(?<!\\)%[^\n]*")
_CLASS = re.compile(
    r"\\document(?:class|style)\s*(?:\[[^\]]{0,2000}\])?\s*\{\s*([^{}\s]{1,100})\s*\}"
)
_BEGIN = re.compile(r"\\begin\s*\{document\}|\\document(?![A-Za-z])")
_PLAIN_END = re.compile(r"\\(?:bye|end|enddocument)\s*(?:\n|$)")
_PLAIN_START = re.compile(
    r"\\(?:magnification|input\s+(?:amstex|harvmac|lanlmac|phyzzx|eplain)|vsize)"
)
_HEADING = re.compile(
    r"\\(?:chapter|(?:sub)*section|head|heading|beginsection|newsec|title|maketitle|abstract"
    r"|topmatter|begin\s*\{abstract\}|proclaim)(?![A-Za-z])"
)
_INPUT = re.compile(
    r"\\(?:(?:input|include|subfile|subfileinclude|InputIfFileExists)\s*\{([^{}\n]{1,300})\}"
    r"|(?:sub)?(?:import|includefrom|inputfrom)\*?\s*\{([^{}\n]{0,300})\}\s*\{([^{}\n]{1,300})\}"
    r"|input\s+([^\s\\{}]{1,300}))"
)
_MAIN_NAMES = frozenset({"article", "main", "manuscript", "ms", "paper", "root"})
_SECONDARY_NAME = re.compile(
    r"(?:^|[^a-z])(?:supp|suppl|supplement\w*|supplementary|si|sm|response\w*|reply|rebuttal|cover"
    r"|letter|coverletter|template|sample|example\w*|referee\w*|diff|poster|slides|readme|old|bak"
    r"|backup|fig|figs?\w{0,3}|figure\w*|tikz|table\w*)(?:[^a-z]|$)"
)
_PART_CLASSES = frozenset({"standalone", "subfiles"})  # made to be input by another file
_LETTER_CLASSES = frozenset({"beamer", "letter", "scrlttr2", "tikzposter", "beamerposter"})
_ENOUGH_HEADINGS = 20
_LONG_TEXT = 20_000  # characters
_MOST_FILES = 300  # of one paper: what a root inputs is looked at no further


@dataclass(frozen=True, slots=True)
class _Traits:
    """What a file says of itself; `inputs` are paths in the source."""

    document_class: str | None
    begins: bool
    ends_plain: bool
    starts_plain: bool
    heading_count: int
    length: int
    inputs: tuple[str, ...]


def choose_roots(files: SourceFiles) -> tuple[str, ...]:
    """Return the paths of the files to read, in reading order: one, unless arXiv's notes name more.

    Raises:
        PaperFormatError: If no file is LaTeX or TeX.
    """
    readme = read_readme(files)
    named = tuple(path for path in readme.toplevel if _may_be_root(path, files))
    if named:
        return named
    paths = [path for path in sorted(files.files) if _may_be_root(path, files)]
    paths = [path for path in paths if path not in readme.ignored] or paths
    traits = {path: _traits(path, files) for path in paths}
    input_paths = {inner for path in paths for inner in traits[path].inputs if inner != path}
    roots = [path for path in paths if path not in input_paths] or paths
    if not roots:
        message = (
            f"None of the source's {len(files.files)} files is LaTeX or TeX: "
            f"{', '.join(map(repr, sorted(files.files)[:5]))}. Try the paper's PDF."
        )
        raise PaperFormatError(message)
    return (max(roots, key=lambda path: (_score(path, traits, files), -roots.index(path))),)


def _may_be_root(path: str, files: SourceFiles) -> bool:
    if path.lower().startswith(_ANCILLARY) or suffix_of(path) in _NO_ROOT_SUFFIXES:
        return False
    text = files.text(path)
    return "\\" in text and _AUTO_IGNORE.match(text) is None


def _traits(path: str, files: SourceFiles) -> _Traits:
    text = _COMMENT.sub("", files.text(path))
    found_class = _CLASS.search(text)
    return _Traits(
        document_class=found_class[1].lower() if found_class else None,
        begins=_BEGIN.search(text) is not None,
        ends_plain=_PLAIN_END.search(text) is not None,
        starts_plain=_PLAIN_START.search(text) is not None,
        heading_count=sum(1 for _ in _HEADING.finditer(text)),
        length=len(text),
        inputs=tuple(_inputs(text, path, files)),
    )


def _inputs(text: str, path: str, files: SourceFiles) -> Iterable[str]:
    names = [
        (match[2] + "/" + match[3] if match[3] else match[1] or match[4])
        for match in _INPUT.finditer(text)
    ]
    found = (files.resolve(name, path) for name in list(dict.fromkeys(names))[:_MOST_FILES])
    return dict.fromkeys(inner for inner in found if inner is not None)


def _reached(path: str, traits: dict[str, _Traits]) -> Sequence[_Traits]:
    """Return the traits of a file and of all it inputs, directly or not."""
    seen = {path: None}
    waiting = [path]
    while waiting and len(seen) < _MOST_FILES:
        for inner in traits[waiting.pop()].inputs:
            if inner in traits and inner not in seen:
                seen[inner] = None
                waiting.append(inner)
    return [traits[inner] for inner in seen]


def _score(path: str, traits: dict[str, _Traits], files: SourceFiles) -> float:
    own = traits[path]
    reached = _reached(path, traits)
    classes = {part.document_class for part in reached if part.document_class}
    name = path.rpartition("/")[2].rpartition(".")[0].lower() or path.lower()
    score = 0.0
    if classes and any(part.begins for part in reached):
        score += 100
    elif own.ends_plain or own.starts_plain:
        score += 60
    elif classes or any(part.begins for part in reached):
        score += 40
    if own.document_class in _PART_CLASSES:
        score -= 70
    if own.document_class in _LETTER_CLASSES:
        score -= 40
    if _SECONDARY_NAME.search(name):
        score -= 25
    if name in _MAIN_NAMES:
        score += 15
    if f"{path.rpartition('.')[0]}.bbl" in files.files:
        score += 15
    score += (
        20 * min(sum(part.heading_count for part in reached), _ENOUGH_HEADINGS) / _ENOUGH_HEADINGS
    )
    score += 20 * min(sum(part.length for part in reached), _LONG_TEXT) / _LONG_TEXT
    return score - 20 * path.count("/")
