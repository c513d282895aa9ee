"""Makes small sources, and reads them."""

from arxiviz_pipeline.domain.models import Section
from arxiviz_pipeline.ingest.latex.parser import parse_source, read_paper
from arxiviz_pipeline.ingest.latex.source_files import SourceFiles
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper


def article(body: str, preamble: str = "") -> str:
    """Put text into a whole document."""
    return (
        f"\\documentclass{{article}}\n{preamble}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    )


def read(body: str, preamble: str = "", **files: str) -> ParsedPaper:
    """Read an article; other files by their names, `__` for a dot."""
    sources = {"main.tex": article(body, preamble)}
    sources |= {name.replace("__", "."): text for name, text in files.items()}
    return read_paper(
        SourceFiles({name: text.encode() for name, text in sources.items()}), "main.tex"
    )


def read_whole(source: str) -> ParsedPaper:
    """Read a source of one file."""
    return parse_source(source.encode(), "main.tex")


def only_section(paper: ParsedPaper) -> Section:
    """Return a paper's section, which is to be its only one."""
    (section,) = paper.sections
    return section


def content(body: str, preamble: str = "", **files: str) -> str:
    """Read text without headings."""
    return only_section(read(body, preamble, **files)).content


def outline(paper: ParsedPaper) -> list[tuple[int, str]]:
    """Tell levels and titles."""
    return [(section.level, section.title) for section in paper.sections]
