"""Measures how fast scene scripts are written.

    .venv/bin/python benchmarks/scripts.py FOLDER [--gates PAPER [--quality QUALITY]]

FOLDER, by default $ARXIVIZ_PAPERS_DIR, holds one folder a paper, with its `page.html`,
`source.tar.gz`, `source.gz` or `paper.pdf`. A table for people comes first, then one line a
figure, its name and its value:

    scripts, scripts_per_cpu_second   the template writer's, LaTeX apart
    cpu_seconds_twenty_sections       what twenty sections take on average
    cpu_seconds_most                  what the dearest section takes
    seconds_least, seconds_most       how long the shortest and the longest scene is
    equations_shown                   display equations that scenes show: of all
    words_per_second_most             the fastest narration

LaTeX is asked before the clock starts: what it answers is kept, and each script is written once
more from that.

With `--gates` the scripts of one of these papers are proved and rendered too, which takes
minutes, each once and with nothing kept from before:

    gates_cpu_seconds                 processor time of all gates, a script
    render_cpu_seconds_low, …_medium  that of a render, a script
    gates_to_render_low, …_medium     the one by the other
    gates_right                       verdicts that the renders bear out: of all
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from arxiviz_pipeline.domain.errors import ArxivizError, RenderError
from arxiviz_pipeline.domain.models import Paper, Quality, RenderSettings, SceneScript, Section
from arxiviz_pipeline.domain.ports import Formula, TypesetFormula
from arxiviz_pipeline.domain.sections import sections_worth_a_video
from arxiviz_pipeline.ingest.parsing import parse_file
from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from arxiviz_pipeline.rendering.manim_api import load_manim_api
from arxiviz_pipeline.rendering.rehearsal import LocalRehearser
from arxiviz_pipeline.rendering.scene_processes import SceneProcesses
from arxiviz_pipeline.rendering.tex.typesetter import LatexTypesetter
from arxiviz_pipeline.scenes.gates.prover import Gates, failures
from arxiviz_pipeline.scenes.template.writer import TemplateWriter

DOCUMENTS = ("page.html", "source.tar.gz", "source.gz", "paper.pdf")
SECTIONS = 20
RENDER_QUALITIES: tuple[Quality, ...] = ("low", "medium")


class RememberingTypesetter:
    """Asks LaTeX for each formula once."""

    def __init__(self) -> None:
        self._typesetter = LatexTypesetter()
        self._known: dict[Formula, TypesetFormula] = {}

    def typeset(self, formulas: Sequence[Formula]) -> list[TypesetFormula]:
        """Answer from memory where that is possible."""
        unknown = [each for each in dict.fromkeys(formulas) if each not in self._known]
        if unknown:
            answers = self._typesetter.typeset(unknown)
            self._known.update(zip(unknown, answers, strict=True))
        return [self._known[each] for each in formulas]


@dataclass(frozen=True, slots=True)
class Writing:
    """One script, and what it took to write it."""

    section: Section
    script: SceneScript
    cpu_seconds: float


def main() -> None:
    """Write a script of every section that deserves one, and print the figures."""
    arguments = asked()
    folder: Path = arguments.folder
    proved_paper: str | None = arguments.gates
    papers = [each for each in read_papers(folder) if each[2]]
    if not papers:
        sys.exit(f"{str(folder)!r} holds no paper with a section worth a video.")
    names = [name for name, _, _ in papers]
    if proved_paper is not None and proved_paper not in names:
        sys.exit(f"{str(folder)!r} holds no paper {proved_paper!r}; its papers: {names}.")
    writer = TemplateWriter(RememberingTypesetter())
    writings: dict[str, list[Writing]] = {}
    for name, paper, sections in papers:
        for section in sections:
            writer.write(paper, section)
        writings[name] = [write(writer, paper, section) for section in sections]
    print_table(writings)
    for figure, value in figures([one for those in writings.values() for one in those]):
        print(figure, value)
    if proved_paper is not None:
        proved = [one.script for one in writings[proved_paper]]
        for figure, value in gate_figures(proved, arguments.quality or RENDER_QUALITIES):
            print(figure, value)


def asked() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = os.environ.get("ARXIVIZ_PAPERS_DIR")
    parser.add_argument(
        "folder", metavar="FOLDER", type=Path, nargs="?" if default else None, default=default
    )
    parser.add_argument("--gates", metavar="PAPER", help="prove and render this paper's scripts")
    parser.add_argument(
        "--quality",
        action="append",
        choices=RENDER_QUALITIES,
        help="what to render them at; may be given twice, and is both by itself",
    )
    arguments = parser.parse_args()
    if not arguments.folder.is_dir():
        folder = str(arguments.folder)
        parser.error(f"{folder!r} is no folder; name one that holds saved papers.")
    return arguments


def read_papers(folder: Path) -> Iterator[tuple[str, Paper, list[Section]]]:
    """Read each paper from the first of its documents that can be read."""
    for paper in sorted(path for path in folder.iterdir() if path.is_dir()):
        for document in (paper / name for name in DOCUMENTS):
            try:
                parsed = parse_file(document) if document.is_file() else None
            except ArxivizError as error:
                print(f"{document}: {error}", file=sys.stderr)
                continue
            if parsed is not None:
                about = make_paper(paper.name, parsed.title, parsed.abstract)
                yield paper.name, about, sections_worth_a_video(parsed.sections)
                break


def make_paper(arxiv_id: str, title: str, abstract: str) -> Paper:
    """Make the record that a scene wants of a paper: its title and its abstract."""
    return Paper(
        arxiv_id=arxiv_id,
        version=None,
        title=title,
        authors=(),
        abstract=abstract,
        primary_category="",
        categories=(),
        published=None,
        updated=None,
        licence=None,
        pdf_url="",
        html_url="",
        source_format="html",
    )


def write(writer: TemplateWriter, paper: Paper, section: Section) -> Writing:
    """Write one script with LaTeX's answers at hand."""
    started = time.process_time()
    script = writer.write(paper, section)
    return Writing(section, script, time.process_time() - started)


def print_table(writings: dict[str, list[Writing]]) -> None:
    """Print what a person wants to read."""
    print(f"{'paper':18} {'scripts':>7} {'cpu s':>6} {'video s':>8}  kinds")
    for name, those in writings.items():
        kinds = Counter(one.script.concept_type for one in those)
        told = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
        cpu = sum(one.cpu_seconds for one in those)
        video = sum(length(one.script) for one in those)
        print(f"{name:18} {len(those):7} {cpu:6.2f} {video:8.1f}  {told}")
    print()


def figures(writings: Sequence[Writing]) -> Iterator[tuple[str, str]]:
    """Sum up, a name and a value each."""
    cpu = [one.cpu_seconds for one in writings]
    yield "scripts", str(len(writings))
    yield "scripts_per_cpu_second", f"{len(writings) / sum(cpu):.1f}"
    yield "cpu_seconds_twenty_sections", f"{SECTIONS * sum(cpu) / len(writings):.3f}"
    yield "cpu_seconds_most", f"{max(cpu):.3f}"
    lengths = [length(one.script) for one in writings]
    yield "seconds_least", f"{min(lengths):.1f}"
    yield "seconds_most", f"{max(lengths):.1f}"
    equations = sum(len(one.section.equations) for one in writings)
    missing = sum(
        len(check.findings)
        for one in writings
        for check in one.script.checks
        if check.name == "equations"
    )
    yield "equations_shown", f"{1 - missing / max(1, equations):.4f}"
    beats = [beat for one in writings for beat in one.script.storyboard]
    fastest = max(len(beat.narration.split()) / beat.seconds for beat in beats)
    yield "words_per_second_most", f"{fastest:.2f}"


def gate_figures(
    scripts: Sequence[SceneScript], qualities: Sequence[Quality]
) -> Iterator[tuple[str, str]]:
    """Prove and render scripts, and compare what that takes."""
    with tempfile.TemporaryDirectory() as folder:
        typesetter = LatexTypesetter()
        rehearser = LocalRehearser(RenderSettings("low"), processes=SceneProcesses(typesetter))
        gates = Gates(partial(load_manim_api, Path(folder)), typesetter, rehearser)
        started = all_cpu_seconds()
        proved = gates.check(scripts)
        gate_seconds = all_cpu_seconds() - started
    yield "gates_cpu_seconds", f"{gate_seconds / len(scripts):.2f}"
    right = 0
    for quality in qualities:
        started = all_cpu_seconds()
        with ThreadPoolExecutor(LocalRenderer().max_concurrency) as pool:
            rendered = list(pool.map(partial(renders, quality=quality), scripts))
        render_seconds = all_cpu_seconds() - started
        yield f"render_cpu_seconds_{quality}", f"{render_seconds / len(scripts):.2f}"
        yield f"gates_to_render_{quality}", f"{gate_seconds / render_seconds:.3f}"
        right += sum(
            outcome != bool(failures(script))
            for script, outcome in zip(proved, rendered, strict=True)
        )
    yield "gates_right", f"{right / len(scripts) / len(qualities):.4f}"


def renders(script: SceneScript, quality: Quality) -> bool:
    """Render a script, and tell whether that gave a video."""
    try:
        LocalRenderer().render(script, RenderSettings(quality))
    except RenderError as error:
        print(f"{script.section_id}: {error}", file=sys.stderr)
        return False
    return True


def all_cpu_seconds() -> float:
    """Return the processor time of this process and of all that it has waited for."""
    users = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    usages = [resource.getrusage(user) for user in users]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def length(script: SceneScript) -> float:
    """Add up a storyboard's seconds."""
    return sum(beat.seconds for beat in script.storyboard)


if __name__ == "__main__":
    main()
