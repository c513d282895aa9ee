"""Measures how faithfully and how fast papers are read: `python benchmarks/ingest.py [FOLDER]`.

FOLDER holds one folder a paper, with `page.html` and `expected.html.json`, `source.tar.gz` or
`source.gz` and `expected.latex.json`. A heading counts if it is there, in order, with its level;
an equation, if it is in its section. What is timed is `parse_file`, wall time, with the start of
its child process; beside it the same readers without a child, and what merely scanning the same
bytes costs (lxml for pages, a tokenizer for sources), in the same run.
"""

import io
import json
import re
import sys
import tarfile
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Literal

from lxml import html

from arxiviz_pipeline.domain.equations import find_uncompilable
from arxiviz_pipeline.domain.errors import ArxivizError
from arxiviz_pipeline.domain.models import Section
from arxiviz_pipeline.ingest.formulas.cleaning import clean_latex
from arxiviz_pipeline.ingest.formulas.tokens import tokenize
from arxiviz_pipeline.ingest.html.parser import parse_html
from arxiviz_pipeline.ingest.latex.parser import parse_source
from arxiviz_pipeline.ingest.parsing import parse_file
from arxiviz_pipeline.rendering.tex import LatexTypesetter

DEFAULT_FOLDER = Path(__file__).parents[2] / "shared" / "papers"
DOCUMENTS: dict[str, Literal["html", "latex"]] = {
    "page.html": "html",
    "source.tar.gz": "latex",
    "source.gz": "latex",
}
UNCOUNTED_ROLES = ("abstract", "acknowledgements", "references")
LATEX_WORD = re.compile(r"\\[A-Za-z]+")

Heading = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one document gave, and what was wanted of it."""

    name: str
    kind: Literal["html", "latex"]
    path: Path
    seconds: float
    sections: tuple[Section, ...]
    headings: int
    headings_wanted: int
    equations: int
    equations_found: int
    equations_wanted: int
    uncompilable: tuple[str, ...]


def main() -> None:
    """Read every document that has an expectation, and print the figures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_FOLDER
    documents = list(find_documents(folder))
    if not documents:
        sys.exit(f"{str(folder)!r} holds no paper with an expected.html.json or latex.json beside.")
    typesetter = LatexTypesetter()
    readings = [read(path, kind, expected, typesetter) for path, kind, expected in documents]
    print_table(readings)
    for name, value in figures(readings):
        print(name, value)


def find_documents(folder: Path) -> Iterator[tuple[Path, Literal["html", "latex"], dict[str, Any]]]:
    """Find the documents with an expectation."""
    for paper in sorted(path for path in folder.iterdir() if path.is_dir()):
        for name, kind in DOCUMENTS.items():
            expected = paper / f"expected.{kind}.json"
            if (paper / name).is_file() and expected.is_file():
                yield paper / name, kind, json.loads(expected.read_text())


def read(
    path: Path,
    kind: Literal["html", "latex"],
    expected: dict[str, Any],
    typesetter: LatexTypesetter,
) -> Reading:
    """Read one document and compare it."""
    started = time.perf_counter()
    try:
        sections = parse_file(path).sections
    except ArxivizError as error:
        print(f"{path}: {error}", file=sys.stderr)
        sections = ()
    seconds = time.perf_counter() - started
    wanted = [part for part in expected["sections"] if part.get("order") is not None]
    pairs = matched(sections, wanted)
    first = min((at for at, _ in pairs), default=len(sections))
    before = sum(len(section.equations) for section in sections[:first])
    right = min(before, expected.get("display_before_first_section") or 0)
    right += sum(
        min(len(sections[at].equations), wanted[place].get("display_blocks") or 0)
        for at, place in pairs
    )
    return Reading(
        name=path.parent.name,
        kind=kind,
        path=path,
        seconds=seconds,
        sections=sections,
        headings=len(pairs),
        headings_wanted=len(wanted),
        equations=right,
        equations_found=sum(len(section.equations) for section in sections),
        equations_wanted=expected["display_blocks_total"],
        uncompilable=tuple(found.tex for found in find_uncompilable(sections, typesetter)),
    )


def matched(sections: tuple[Section, ...], wanted: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Pair what was found with what was wanted, both in order."""
    found = [heading(section.level, section.title) for section in sections]
    asked = [heading(part["level"], part["title"]) for part in wanted]
    blocks = SequenceMatcher(None, found, asked, autojunk=False).get_matching_blocks()
    return [(block.a + at, block.b + at) for block in blocks for at in range(block.size)]


def heading(level: int, title: str) -> Heading:
    """Compare titles by their letters and digits: formulas are spelt in many ways."""
    plain = LATEX_WORD.sub("", title)
    return level, "".join(character for character in plain if character.isalnum()).lower()


def print_table(readings: list[Reading]) -> None:
    """Print what a person wants to read."""
    print(f"{'paper':18} {'format':6} {'headings':>9} {'equations':>14} {'refused':>7} {'s':>6}")
    for reading in readings:
        headings = f"{reading.headings}/{reading.headings_wanted}"
        equations = f"{reading.equations}/{reading.equations_wanted} ({reading.equations_found})"
        print(
            f"{reading.name:18} {reading.kind:6} {headings:>9} {equations:>14} "
            f"{len(reading.uncompilable):7} {reading.seconds:6.2f}"
        )
        for tex in reading.uncompilable:
            print(f"    refused: {tex[:120]}")
    print("equations: in their section / wanted (found in all)\n")


def figures(readings: list[Reading]) -> Iterator[tuple[str, str]]:
    """Sum up, a name and a value each."""
    for kind in ("html", "latex"):
        those = [reading for reading in readings if reading.kind == kind]
        if not those:
            continue
        yield f"headings_{kind}", rate(those, "headings", "headings_wanted")
        found = sum(max(one.equations_wanted, one.equations_found) for one in those)
        yield f"equations_{kind}", f"{sum(one.equations for one in those) / max(1, found):.4f}"
        direct, scanned = costs(kind, [one.path for one in those])
        yield f"{kind}_seconds_to_scan_ratio", f"{direct / scanned:.2f}"
        yield f"{kind}_child_ratio", f"{sum(one.seconds for one in those) / direct:.2f}"
    equations = [tex for one in readings for part in one.sections for tex in part.equations]
    refused = sum(len(one.uncompilable) for one in readings)
    yield "compile", f"{1 - refused / max(1, len(equations)):.4f}"
    seconds = sum(one.seconds for one in readings)
    size_bytes = sum(one.path.stat().st_size for one in readings)
    yield "pages_per_second", f"{len(readings) / seconds:.2f}"
    yield "megabytes_per_second", f"{size_bytes / seconds / 1e6:.2f}"
    yield "slowest_seconds", f"{max(one.seconds for one in readings):.2f}"
    if equations:
        yield "formulas_per_second", f"{len(equations) / timed(clean_all, equations):.0f}"


def rate(readings: list[Reading], found: str, wanted: str) -> str:
    """Divide two sums."""
    total = sum(getattr(reading, wanted) for reading in readings)
    return f"{sum(getattr(reading, found) for reading in readings) / max(1, total):.4f}"


def costs(kind: Literal["html", "latex"], paths: list[Path]) -> tuple[float, float]:
    """Time the reader in this process, and a mere scan of the same bytes."""
    contents = [path.read_bytes() for path in paths]
    if kind == "html":
        return timed(read_all, parse_html, contents), timed(read_all, scan_page, contents)
    return timed(read_all, parse_source, contents), timed(read_all, scan_source, contents)


def timed(work: Callable[..., object], *args: object) -> float:
    """Return the shortest of three times, in seconds."""
    times: list[float] = []
    for _ in range(3):
        started = time.perf_counter()
        work(*args)
        times.append(time.perf_counter() - started)
    return min(times)


def read_all(reader: Callable[[bytes, str], object], contents: list[bytes]) -> None:
    """Read what can be read."""
    for content in contents:
        try:
            reader(content, "https://arxiv.org/abs/benchmark")
        except ArxivizError:
            continue


def clean_all(equations: list[str]) -> None:
    """Clean formulas once more."""
    for tex in equations:
        clean_latex(tex)


def scan_page(content: bytes, _: str) -> html.HtmlElement:
    """Let lxml build its tree, and nothing else."""
    return html.document_fromstring(content)


def scan_source(content: bytes, _: str) -> int:
    """Unpack and cut into tokens, and nothing else."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            members = [archive.extractfile(member) for member in archive if member.isfile()]
            texts = [file.read() for file in members if file and file.name.endswith(".tex")]
    except tarfile.TarError:
        texts = [zlib.decompress(content, wbits=31)]
    return sum(len(tokenize(text.decode("latin-1"))) for text in texts)


if __name__ == "__main__":
    main()
