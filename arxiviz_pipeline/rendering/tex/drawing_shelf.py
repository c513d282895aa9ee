"""Keeps drawings of formulas, and what TeX said of those it refused: in memory and in a folder.

The folder's files are parted by the start of their names, and each part has a size that it does
not pass: what was written first goes first. A file that cannot be read counts as missing.
"""

import hashlib
import json
import logging
import os
import zlib
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

_MOST_IN_MEMORY: Final = 3000  # of some 10 kB
_LARGEST_PART_BYTES: Final = 1_000_000  # of 256 parts; a drawing has some 2 kB there
_UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True)
class DrawnDocument:
    """An SVG, or what TeX said instead.

    Attributes:
        width_points: From ink to ink; 0.0 where nobody asks for it.
        height_points: As width.
        lasts: Whether the same document would give the same another time.
    """

    svg: str = ""
    refusal: str | None = None
    width_points: float = 0.0
    height_points: float = 0.0
    lasts: bool = True


class DrawingShelf:
    """Drawings by what they were made of; for any number of threads and programs."""

    def __init__(self, folder: Path | None = None) -> None:
        """Choose where they are kept for other programs, if anywhere."""
        self._folder = folder
        self._known: dict[str, DrawnDocument] = {}

    def find(self, *made_of: str) -> DrawnDocument | None:
        """Return what came of these texts, if it is known."""
        name = _name(made_of)
        known = self._known.get(name)
        if known is None and self._folder is not None:
            known = _read(self._path(self._folder, name))
            if known is not None:
                self._remember(name, known)
        return known

    def keep(self, drawn: DrawnDocument, *made_of: str) -> None:
        """Keep what came of these texts."""
        if not drawn.lasts:
            return
        name = _name(made_of)
        self._remember(name, drawn)
        if self._folder is None:
            return
        path = self._path(self._folder, name)
        try:
            _write(path, drawn)
        except OSError as error:
            log.warning("a drawing cannot be kept in %s: %s", path.parent, error.strerror)

    def _remember(self, name: str, drawn: DrawnDocument) -> None:
        self._known[name] = drawn
        for oldest in tuple(self._known)[:-_MOST_IN_MEMORY]:
            self._known.pop(oldest, None)  # another thread may have dropped it

    @staticmethod
    def _path(folder: Path, name: str) -> Path:
        return folder / name[:2] / name[2:]


def _name(made_of: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for text in made_of:
        digest.update(hashlib.sha256(text.encode("utf-8", "replace")).digest())
    return digest.hexdigest()


def _read(path: Path) -> DrawnDocument | None:
    try:
        return DrawnDocument(**json.loads(zlib.decompress(path.read_bytes())))
    except (OSError, ValueError, TypeError, zlib.error):
        return None


def _write(path: Path, drawn: DrawnDocument) -> None:
    packed = zlib.compress(json.dumps(asdict(drawn)).encode())
    if len(packed) > _LARGEST_PART_BYTES // 4:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}{_UNFINISHED}")
    unfinished.write_bytes(packed)
    unfinished.replace(path)
    _make_room(path.parent)


def _make_room(part: Path) -> None:
    kept = []
    with os.scandir(part) as entries:
        for entry in entries:
            with suppress(OSError):  # another program may have removed it
                told = entry.stat()
                kept.append((told.st_mtime_ns, told.st_size, entry.path))
    size = sum(each for _, each, _ in kept)
    for _, size_bytes, path in sorted(kept):
        if size <= _LARGEST_PART_BYTES:
            break
        with suppress(OSError):
            Path(path).unlink()
        size -= size_bytes
