"""Reads a paper out of its LaTeX or TeX sources."""

import re
from dataclasses import replace

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.latex import (
    conditionals,
    definitions,
    math_definitions,
    registers,
    xparse,
)
from arxiviz_pipeline.ingest.latex.amstex import amstex_commands
from arxiviz_pipeline.ingest.latex.archive import open_source
from arxiviz_pipeline.ingest.latex.authors import read_authors
from arxiviz_pipeline.ingest.latex.citations import read_citations
from arxiviz_pipeline.ingest.latex.document import Document, make_document
from arxiviz_pipeline.ingest.latex.environments import HANDLERS as ENVIRONMENT_HANDLERS
from arxiviz_pipeline.ingest.latex.environments import theorem_handlers
from arxiviz_pipeline.ingest.latex.gullet import Gullet, Macro, Meaning
from arxiviz_pipeline.ingest.latex.inputs import Inputs
from arxiviz_pipeline.ingest.latex.labels import number_labels
from arxiviz_pipeline.ingest.latex.lexer import Lexer
from arxiviz_pipeline.ingest.latex.named_numbers import named_number_commands
from arxiviz_pipeline.ingest.latex.opaque import CLASS_SYMBOLS
from arxiviz_pipeline.ingest.latex.outline import make_sections
from arxiviz_pipeline.ingest.latex.plain_tex import find_plain_structure
from arxiviz_pipeline.ingest.latex.roots import choose_roots
from arxiviz_pipeline.ingest.latex.source_files import SourceFiles
from arxiviz_pipeline.ingest.latex.structure import HANDLERS as STRUCTURE_HANDLERS
from arxiviz_pipeline.ingest.latex.text_commands import HANDLERS as TEXT_HANDLERS
from arxiviz_pipeline.ingest.latex.writer import Handler, Shared, Writer
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper

_HANDLERS: dict[str, Handler] = {**TEXT_HANDLERS, **ENVIRONMENT_HANDLERS, **STRUCTURE_HANDLERS}
_AMSTEX = re.compile(r"amsppt|\\input\s+amstex|\\topmatter")


def parse_source(content: bytes, url: str) -> ParsedPaper:
    """Read an e-print's title, authors, abstract and sections.

    Args:
        content: The payload as served: an archive, or one file of TeX.
        url: Where it came from, for messages.

    Raises:
        PaperFormatError: If there is no paper in it that can be read.
    """
    files = open_source(content, url)
    papers = [read_paper(files, root) for root in choose_roots(files)]
    paper = _joined(papers)
    if not any(section.content for section in paper.sections):
        message = (
            f"The source {url} holds no text of a paper: nothing was written by its "
            f"{len(papers)} main files. Read its PDF instead."
        )
        raise PaperFormatError(message)
    return paper


def read_paper(files: SourceFiles, root: str) -> ParsedPaper:
    """Read the paper whose main file this is."""
    document = expand(files, root)
    number_labels(document)
    citations = read_citations(document)
    handlers = {**_HANDLERS, **theorem_handlers(list(document.theorems))}
    shared = Shared(document, handlers, citations=citations.labels, citation_years=citations.years)
    writer = Writer(shared, 0, len(document.tokens))
    writer.write()
    front = shared.front
    find_plain_structure(shared)
    authors = read_authors(writer, front.authors)
    return ParsedPaper(
        front.title, authors, front.abstract, make_sections(shared.parts, front.title)
    )


def expand(files: SourceFiles, root: str) -> Document:
    """Expand a main file with everything it reads."""
    reading = Inputs(files, root)
    text = files.text(root)
    commands: dict[str, Meaning] = {
        **definitions.COMMANDS,
        **xparse.COMMANDS,
        **conditionals.COMMANDS,
        **registers.COMMANDS,
        **math_definitions.COMMANDS,
        **reading.commands(),
    }
    if _AMSTEX.search(text) and r"\begin{document}" not in text:
        commands |= amstex_commands()
    named = named_number_commands(text)
    gullet = Gullet(commands | named)
    gullet.fixed = frozenset(named)
    for name, symbol in CLASS_SYMBOLS.items():
        gullet.meanings[name] = Macro((r"\ensuremath", "{", symbol, "}"))
    gullet.open(Lexer(text, root))
    return make_document(gullet.run(), gullet.theorems, gullet.packages)


def _joined(papers: list[ParsedPaper]) -> ParsedPaper:
    """Put the papers of several main files one after the other, under the first one's title."""
    first, *others = papers
    sections = list(first.sections)
    for number, paper in enumerate(others, start=2):
        for section in paper.sections:
            parent_id = section.parent_id and f"file-{number}.{section.parent_id}"
            sections.append(
                replace(
                    section,
                    id=f"file-{number}.{section.id}",
                    parent_id=parent_id,
                    order_index=len(sections),
                )
            )
    return replace(first, sections=tuple(sections))
