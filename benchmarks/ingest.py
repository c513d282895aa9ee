"""Measures how faithfully and how fast papers are read.

    .venv/bin/python benchmarks/ingest.py FOLDER

FOLDER, by default $ARXIVIZ_PAPERS_DIR, holds one folder a paper, with `page.html` and
`expected.html.json`, or `source.tar.gz` or `source.gz` and `expected.latex.json`. A table for
people comes first, then one line a figure, its name and its value:

    headings_html, headings_latex     headings found, in order, with their level: of those wanted
    equations_html, equations_latex   displays in their section: of those wanted, or found if more
    html_cpu_ratio, latex_cpu_ratio   a reader's work, to merely scanning the same bytes (lxml for
                                      pages, unpacking and a tokenizer for sources)
    html_child_ratio, …               reading in a confined child process, to the reader alone
    compile                           displays that LaTeX accepts: of all
    cpu_seconds_per_paper, cpu_seconds_most, formulas_per_cpu_second
    pages_per_second, wall_seconds_most   documents read one after the other, and the slowest:
                                      the two figures that a busy machine makes worse

All but these two are told from processor time, and the ratios from one run.
"""

import argparse
import io
import json
import os
import re
import resource
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
from arxiviz_pipeline.rendering.tex.typesetter import LatexTypesetter

DOCUMENTS: dict[str, Literal["html", "latex"]] = {
    "page.html": "html",
    "source.tar.gz": "latex",
    "source.gz": "latex",
}
UNCOUNTED_ROLES = ("abstract", "acknowledgements", "references")
SHORTEST_SECONDS = 1e-6  # what divides others is not nothing
LATEX_WORD = re.compile(r"\\[A-Za-z]+")

Heading = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one document gave, and what was wanted of it."""

    name: str
    kind: Literal["html", "latex"]
    path: Path
    cpu_seconds: float
    wall_seconds: float
    sections: tuple[Section, ...]
    headings: int
    headings_wanted: int
    equations: int
    equations_found: int
    equations_wanted: int
    uncompilable: tuple[str, ...]


def main() -> None:
    """Read every document that has an expectation, and print the figures."""
    folder = asked_folder()
    documents = list(find_documents(folder))
    if not documents:
        sys.exit(f"{str(folder)!r} holds no paper with an expected.html.json or latex.json beside.")
    typesetter = LatexTypesetter()
    readings = [read(path, kind, expected, typesetter) for path, kind, expected in documents]
    print_table(readings)
    for name, value in figures(readings):
        print(name, value)


def asked_folder() -> Path:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = os.environ.get("ARXIVIZ_PAPERS_DIR")
    parser.add_argument(
        "folder", metavar="FOLDER", type=Path, nargs="?" if default else None, default=default
    )
    folder: Path = parser.parse_args().folder
    if not folder.is_dir():
        parser.error(f"{str(folder)!r} is no folder; name one that holds saved papers.")
    return folder


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
    started, cpu_started = time.perf_counter(), cpu_seconds()
    try:
        sections = parse_file(path).sections
    except ArxivizError as error:
        print(f"{path}: {error}", file=sys.stderr)
        sections = ()
    seconds, wall_seconds = cpu_seconds() - cpu_started, time.perf_counter() - started
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
        cpu_seconds=seconds,
        wall_seconds=wall_seconds,
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
    print(
        f"{'paper':18} {'format':6} {'headings':>9} {'equations':>14} {'refused':>7} {'cpu s':>6}"
    )
    for reading in readings:
        headings = f"{reading.headings}/{reading.headings_wanted}"
        equations = f"{reading.equations}/{reading.equations_wanted} ({reading.equations_found})"
        print(
            f"{reading.name:18} {reading.kind:6} {headings:>9} {equations:>14} "
            f"{len(reading.uncompilable):7} {reading.cpu_seconds:6.2f}"
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
        yield f"{kind}_cpu_ratio", f"{direct / scanned:.2f}"
        yield f"{kind}_child_ratio", f"{sum(one.cpu_seconds for one in those) / direct:.2f}"
    equations = [tex for one in readings for part in one.sections for tex in part.equations]
    refused = sum(len(one.uncompilable) for one in readings)
    yield "compile", f"{1 - refused / max(1, len(equations)):.4f}"
    seconds = [one.cpu_seconds for one in readings]
    yield "cpu_seconds_per_paper", f"{sum(seconds) / len(seconds):.3f}"
    yield "cpu_seconds_most", f"{max(seconds):.3f}"
    if equations:
        yield "formulas_per_cpu_second", f"{len(equations) / timed(clean_all, equations):.0f}"
    walls = [one.wall_seconds for one in readings]
    yield "pages_per_second", f"{len(walls) / sum(walls):.2f}"
    yield "wall_seconds_most", f"{max(walls):.3f}"


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
    """Return the shortest of three processor times, in seconds."""
    times: list[float] = []
    for _ in range(3):
        started = cpu_seconds()
        work(*args)
        times.append(cpu_seconds() - started)
    return max(min(times), SHORTEST_SECONDS)


def cpu_seconds() -> float:
    """Return the processor time of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


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
