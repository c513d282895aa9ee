"""A paper's source files in memory, and how one of them names another."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from arxiviz_pipeline.ingest.latex.encodings import declared_encoding, decode_tex

_SUFFIXES = (".tex", "", ".ltx", ".latex")  # TeX itself tries `.tex` before the name as it is
_MOST_NAME_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """The text files of a source, by their paths in it.

    Attributes:
        files: What each holds, undecoded. Paths are relative, with `/`, and never lead outside.
        others: Paths of figures and other files that are no text, whose content is not kept.
        damage: What is wrong with the archive they came from; empty if all is well.
    """

    files: Mapping[str, bytes]
    others: tuple[str, ...] = ()
    damage: str = ""
    _texts: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    _folded: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _usual_encoding: str | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        paths = sorted(self.files)
        encodings = (declared_encoding(self.files[path]) for path in paths)
        object.__setattr__(self, "_folded", {path.casefold(): path for path in paths})
        object.__setattr__(self, "_usual_encoding", next(filter(None, encodings), None))

    def text(self, path: str) -> str:
        r"""Return a file's text, decoded, its lines ended by `\n`.

        Raises:
            KeyError: If there is no such file: ask `resolve` first.
        """
        if path not in self._texts:
            self._texts[path] = decode_tex(self.files[path], self._usual_encoding)
        return self._texts[path]

    def resolve(self, name: str, beside: str) -> str | None:
        r"""Find the file that `\input{name}` means, in any case, with or without `.tex`.

        It is looked for in the folder of `beside` and then in those above it: TeX itself runs in
        the folder of the main file, and looks nowhere else.

        Args:
            name: What the source says.
            beside: The path of a file: the main one, or the one that names it.
        """
        name = name.strip().strip('"').replace("\\", "/").strip()
        if not name or name.startswith("/") or len(name) > _MOST_NAME_CHARACTERS:
            return None
        folder = posixpath.dirname(beside)
        while True:
            if (found := self._find(posixpath.normpath(posixpath.join(folder, name)))) is not None:
                return found
            if not folder:
                return None
            folder = posixpath.dirname(folder)

    def _find(self, path: str) -> str | None:
        for suffix in _SUFFIXES:
            if path + suffix in self.files:
                return path + suffix
        found = (self._folded.get((path + suffix).casefold()) for suffix in _SUFFIXES)
        return next((known for known in found if known is not None), None)
