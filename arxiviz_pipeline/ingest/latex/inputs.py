r"""What changes where tokens come from: `\input`, packages, environments, `\csname`, raw text."""

from arxiviz_pipeline.ingest.latex import amsrefs
from arxiviz_pipeline.ingest.latex.biblatex import as_bibliography, is_biblatex
from arxiviz_pipeline.ingest.latex.gullet import Command, Gullet
from arxiviz_pipeline.ingest.latex.lexer import PARAGRAPH, RAW, Lexer
from arxiviz_pipeline.ingest.latex.source_commands import COMMANDS, raw_environment
from arxiviz_pipeline.ingest.latex.source_files import SourceFiles
from arxiviz_pipeline.ingest.latex.vocabulary import (
    PUBLISHERS_FILES,
    RAW_ENVIRONMENTS,
    SKIPPED_ENVIRONMENTS,
)

_DEEPEST_INPUT = 25
_MOST_READINGS = 20  # of the same file
_LONGEST_NAME = 300  # tokens
_LONGEST_STYLE = 120_000  # characters
_MOST_FILES = 1_000
_SHORTEST_PREFIX = 5  # characters


class Inputs:
    """Reads a paper's files on demand.

    Attributes:
        files: What there is to read.
        root: The paper's main file.
    """

    def __init__(self, files: SourceFiles, root: str) -> None:
        self.files = files
        self.root = root
        self._counts: dict[str, int] = {}
        self._only: frozenset[str] | None = None
        self._document_files: list[int] = []  # how many files were open where documents began

    def commands(self) -> dict[str, Command]:
        """Say which commands these are."""
        return {
            **COMMANDS,
            **amsrefs.COMMANDS,
            **dict.fromkeys((r"\input", r"\@input", r"\@@input", r"\subfile", r"\subfileinclude",
                             r"\loadfile"), self._input),
            r"\include": self._include,
            r"\includeonly": self._include_only,
            **dict.fromkeys((r"\import", r"\subimport", r"\inputfrom", r"\subinputfrom",
                             r"\includefrom", r"\subincludefrom"), self._import),
            **dict.fromkeys((r"\InputIfFileExists", r"\IfFileExists"), self._if_file_exists),
            **dict.fromkeys((r"\usepackage", r"\RequirePackage", r"\documentclass", r"\LoadClass",
                             r"\documentstyle"), self._use_packages),
            **dict.fromkeys((r"\bibliography", r"\printbibliography"), self._bibliography),
            r"\begin": self._begin,
            r"\end": self._end,
            r"\bye": self._bye,
        }  # fmt: skip

    def open(self, gullet: Gullet, name: str, *, is_style: bool = False) -> bool:
        """Go on reading in a file, where the paper has it."""
        path = self.files.resolve(name, gullet.lexer.name or self.root)
        if path is None:
            path = self.files.resolve(name, self.root)
        if path is None or gullet.open_file_count >= _DEEPEST_INPUT or gullet.is_open(path):
            return False
        count = self._counts.get(path, 0)
        if count >= _MOST_READINGS or sum(self._counts.values()) >= _MOST_FILES:
            return False
        self._counts[path] = count + 1
        text = self.files.text(path)
        if is_style or path.endswith((".sty", ".cls")):
            if not count and len(text) <= _LONGEST_STYLE:
                self._read_style(gullet, Lexer(text, path, at_is_letter=True))
        else:
            gullet.open(Lexer(text, path, at_is_letter=gullet.lexer.at_is_letter))
        return True

    def _read_style(self, gullet: Gullet, lexer: Lexer) -> None:
        was_style, gullet.is_style = gullet.is_style, True
        were_broken = gullet.conditionals_are_broken
        gullet.run_apart(lexer)
        gullet.is_style, gullet.conditionals_are_broken = was_style, were_broken

    def _input(self, gullet: Gullet, _token: str) -> None:
        self.open(gullet, _file_name(gullet))

    def _include(self, gullet: Gullet, _token: str) -> None:
        name = _file_name(gullet)
        if self._only is None or name.strip().removesuffix(".tex") in self._only:
            self.open(gullet, name)

    def _include_only(self, gullet: Gullet, _token: str) -> None:
        names = gullet.word().split(",")
        self._only = frozenset(name.strip().removesuffix(".tex") for name in names)

    def _import(self, gullet: Gullet, _token: str) -> None:
        gullet.star()
        folder = gullet.word().rstrip("/")
        name = gullet.word()
        _ = self.open(gullet, f"{folder}/{name}") or self.open(gullet, name)

    def _if_file_exists(self, gullet: Gullet, token: str) -> None:
        name = gullet.word()
        found, missing = gullet.argument(), gullet.argument()
        exists = self.files.resolve(name, self.root) is not None
        gullet.push(found if exists else missing)
        if exists and token == r"\InputIfFileExists":
            self.open(gullet, name)

    def _use_packages(self, gullet: Gullet, token: str) -> None:
        options = "".join(gullet.option() or [])
        names = gullet.word()
        gullet.option()
        is_class = token in (r"\documentclass", r"\LoadClass")
        if token == r"\documentstyle":
            names, options = f"{names},{options}", ""
        for name in filter(None, (part.strip() for part in names.split(","))):
            gullet.packages.setdefault(name, options)
            if not _is_publishers(name):
                suffixes = (".cls", ".sty") if is_class else (".sty", ".tex")
                _ = any(self.open(gullet, name + suffix, is_style=True) for suffix in suffixes)

    def _bibliography(self, gullet: Gullet, token: str) -> None:
        if token == r"\bibliography":
            gullet.argument()
            if "biblatex" in gullet.packages and not self._document_files:
                return  # it names the file, and prints nothing
        else:
            gullet.option()
        stem = self.root.rpartition(".")[0] or self.root
        candidates = [path for path in self.files.files if path.lower().endswith(".bbl")]
        own = [path for path in candidates if path.lower() == f"{stem}.bbl".lower()]
        path = next(iter(own or (candidates if len(candidates) == 1 else [])), None)
        gullet.output.append(r"\bibliography")
        if path is not None and self._counts.get(path, 0) == 0:
            self._counts[path] = 1
            text = self.files.text(path)
            if is_biblatex(text):
                text = as_bibliography(text, gullet.packages.get("biblatex", ""))
            gullet.open(Lexer(text, path))

    def _begin(self, gullet: Gullet, _token: str) -> None:
        name = gullet.word()
        if name == "document":
            self._begin_document(gullet)
        elif name in gullet.comment_environments or name in SKIPPED_ENVIRONMENTS:
            raw_environment(gullet, name)
        elif name in gullet.raw_environments or (
            name in RAW_ENVIRONMENTS and name not in gullet.environments
        ):
            gullet.output.extend((r"\begin{verbatim}", RAW + raw_environment(gullet, name)))
            gullet.output.append(r"\end{verbatim}")
        else:
            gullet.begin(name)

    def _begin_document(self, gullet: Gullet) -> None:
        if not self._document_files:
            gullet.output.append(r"\begin{document}")
        self._document_files.append(gullet.open_file_count)

    def _end(self, gullet: Gullet, _token: str) -> None:
        if not _group_follows(gullet):
            if not self._document_files:
                self._leave_files(gullet, 0)  # plain TeX's own end
            return
        name = gullet.word()
        if name != "document":
            gullet.end(name)
        else:
            # A file that was included and is a document itself ends alone.
            level = self._document_files.pop() if self._document_files else 0
            self._leave_files(gullet, level if self._document_files else 0)

    def _bye(self, gullet: Gullet, _token: str) -> None:
        """Leave what plain TeX does not read: figures were often mailed after it."""
        if not self._document_files:
            self._leave_files(gullet, 0)

    def _leave_files(self, gullet: Gullet, level: int) -> None:
        while gullet.open_file_count > level:
            gullet.leave_file()
        gullet.leave_file()


def _is_publishers(name: str) -> bool:
    name = name.lower()
    known = [start for start in PUBLISHERS_FILES if name.startswith(start)]
    # A short name begins too many others: `mnmacros` is not MNRAS's `mn2e`.
    return any(
        len(start) >= _SHORTEST_PREFIX or not name[len(start) :][:1].isalpha() for start in known
    )


def _file_name(gullet: Gullet) -> str:
    r"""Read a file's name: in braces, or up to a space as TeX itself has it."""
    if _group_follows(gullet):
        return gullet.word()
    name: list[str] = []
    while (token := gullet.next_raw()) is not None and len(name) < _LONGEST_NAME:
        if token in (" ", PARAGRAPH) or token[0] == "\\":
            gullet.push([token] if token[0] == "\\" else [])
            break
        name.append(token)
    return "".join(name)


def _group_follows(gullet: Gullet) -> bool:
    token = gullet.next_filled()
    if token is not None:
        gullet.push([token])
    return token == "{"
