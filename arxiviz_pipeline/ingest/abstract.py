"""Reads a paper's abstract as if it were the paper, for when nothing else can be read."""

import re

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.domain.models import Section
from arxiviz_pipeline.ingest.markdown_text import escape, escape_lines
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper

_LARGEST_BYTES = 100_000  # arXiv's longest abstracts have 2 kB
_MATH = re.compile(r"(\$[^$]*\$)")


def parse_abstract(content: bytes, url: str) -> ParsedPaper:
    """Make one section of an abstract, with inline math as arXiv has it: `$…$`.

    Raises:
        PaperFormatError: If it is empty, or far too long for an abstract.
    """
    text = " ".join(content[:_LARGEST_BYTES].decode("utf-8", errors="replace").split())
    if not text or len(content) > _LARGEST_BYTES:
        message = f"{url} has {len(content)} bytes of abstract; expected 1 to {_LARGEST_BYTES}."
        raise PaperFormatError(message)
    section = Section("abstract", "Abstract", 1, 0, None, "abstract", _to_markdown(text), ())
    return ParsedPaper("", (), text, (section,))


def _to_markdown(text: str) -> str:
    pieces = _MATH.split(text)  # every second one is math
    pieces[::2] = map(escape, pieces[::2])
    return escape_lines("".join(pieces))
