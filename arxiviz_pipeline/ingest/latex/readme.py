"""Reads arXiv's own notes on a source: which of its files are papers, and which to pass over.

Since 2025 they are `00README.json`, or the same in YAML or TOML; before, lines in `00README.XXX`:
https://info.arxiv.org/help/00README.html
"""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from arxiviz_pipeline.ingest.latex.source_files import SourceFiles

_MOST_CHARACTERS = 100_000
_SOURCES = "sources"


@dataclass(frozen=True, slots=True)
class Readme:
    """What the notes say.

    Attributes:
        toplevel: Files that are compiled, in the order of the result.
        ignored: Files that play no part.
    """

    toplevel: tuple[str, ...] = ()
    ignored: frozenset[str] = frozenset()


def read_readme(files: SourceFiles) -> Readme:
    """Read the notes among these files; without any, or unreadable, they say nothing."""
    for path in sorted(files.files):
        name, _, suffix = path.lower().rpartition(".")
        if name != "00readme" or len(files.files[path]) > _MOST_CHARACTERS:
            continue
        text = files.text(path)
        usages = list(_read_lines(text) if suffix == "xxx" else _read_entries(text, suffix))
        known = [(files.resolve(file, ""), usage) for file, usage in usages]
        toplevel = [file for file, usage in known if file and usage in _TOPLEVEL]
        return Readme(
            # arXiv joins the results of the old form in alphabetical order.
            toplevel=tuple(dict.fromkeys(sorted(toplevel) if suffix == "xxx" else toplevel)),
            ignored=frozenset(file for file, usage in known if file and usage == "ignore"),
        )
    return Readme()


_TOPLEVEL = ("toplevel", "toplevelfile")


def _read_lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n"):
        file, _, usage = line.strip().rpartition(" ")
        if file:
            yield file.strip(), usage.lower()


def _read_entries(text: str, suffix: str) -> Iterator[tuple[str, str]]:
    try:
        match suffix:
            case "json" | "jsn" | "ndjson":
                notes = json.loads(text)
            case "toml":
                notes = tomllib.loads(text)
            case _:
                notes = yaml.safe_load(text)
    except (ValueError, yaml.YAMLError, RecursionError):
        return
    entries = notes.get(_SOURCES) if isinstance(notes, dict) else None
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            yield str(entry.get("filename", "")), str(entry.get("usage", "")).lower()
