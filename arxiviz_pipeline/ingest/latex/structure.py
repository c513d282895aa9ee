"""What divides a paper: headings, title, authors, abstract, appendices, references."""

from arxiviz_pipeline.domain.models import Role
from arxiviz_pipeline.domain.sections import role_of_title
from arxiviz_pipeline.ingest.latex.document import NONE, Cursor
from arxiviz_pipeline.ingest.latex.lexer import PARAGRAPH
from arxiviz_pipeline.ingest.latex.lists import OpenList, open_list
from arxiviz_pipeline.ingest.latex.outline import Part
from arxiviz_pipeline.ingest.latex.vocabulary import (
    ABSTRACTS,
    ACKNOWLEDGEMENT_COMMANDS,
    ACKNOWLEDGEMENT_ENVIRONMENTS,
    HEADINGS,
)
from arxiviz_pipeline.ingest.latex.writer import INLINE, PLAIN, Handler, Writer

_MOST_ABSTRACT_ARGUMENTS = 5  # of Astronomy & Astrophysics
_LAYOUT_ARGUMENTS = 4
_LONGEST_BROKEN_TITLE = 40  # tokens
_LONGEST_TITLE = 3_000  # tokens
_REFERENCES = "References"
_ACKNOWLEDGEMENTS = "Acknowledgements"


def start_part(
    writer: Writer,
    title: str,
    rank: int,
    *,
    is_numbered: bool = True,
    role: Role = "body",
    is_top: bool = False,
) -> None:
    """Begin a section: what was open ends with the one before."""
    if writer.mode.is_inline:
        writer.running.append(f" {title} ")
        return
    while writer.opened:
        writer.close_last()
    writer.end_paragraph()
    is_appendix = writer.shared.is_appendix and not is_top
    part = Part(title, rank, is_numbered, is_appendix, is_top, role)
    writer.shared.parts.append(part)
    writer.blocks = part.blocks


def _heading(writer: Writer, token: str) -> None:
    is_starred = writer.cursor.star()
    short = writer.cursor.option()
    writer.shared.is_appendix |= token == r"\unletteredappendix"
    if writer.cursor.peek() != "{":
        return
    start, end = _title_span(writer)
    title = writer.inline((start, min(end, start + _LONGEST_TITLE)), PLAIN)
    if not title and short is not None:
        title = writer.inline(short, PLAIN)
    if title:
        is_numbered = not is_starred and token not in (r"\addsec", r"\addchap")
        start_part(writer, title, HEADINGS[token], is_numbered=is_numbered)


def _title_span(writer: Writer) -> tuple[int, int]:
    """Read a heading's argument; where its brace is never closed, a few words of it."""
    tokens, opening = writer.document.tokens, writer.cursor.position
    start, end = writer.cursor.argument()
    if start == end and writer.document.partners[opening] == NONE:
        while end < min(writer.cursor.end, start + _LONGEST_BROKEN_TITLE) and not (
            tokens[end] == PARAGRAPH
            or tokens[end].startswith((r"\begin{", r"\section", "$", r"\["))
        ):
            end += 1
        writer.cursor.position = end
    return start, end


def _start_section(writer: Writer, _token: str) -> None:
    r"""Read a heading of the author's own making: `\@startsection{name}{level}…{title}`."""
    writer.cursor.argument()
    level = writer.cursor.text(writer.cursor.argument())
    for _ in range(_LAYOUT_ARGUMENTS):
        writer.cursor.argument()
    ranks = {str(rank): heading for heading, rank in reversed(HEADINGS.items())}
    if level in ranks:
        _heading(writer, ranks[level])


def _begin_section(writer: Writer, _token: str) -> None:
    r"""Read plain TeX's `\beginsection Title\par`."""
    start = writer.cursor.position
    end = writer.paragraph_end()
    writer.cursor.position = end
    if title := writer.inline((start, end), PLAIN):
        start_part(writer, title, 1)


def _begin_document(writer: Writer, _token: str) -> None:
    """Forget what the preamble has set."""
    while writer.opened:
        writer.close_last()
    writer.running.clear()
    del writer.shared.parts[1:]
    writer.shared.parts[0] = Part("", 1)
    writer.blocks = writer.shared.parts[0].blocks


def _title(writer: Writer, token: str) -> None:
    writer.cursor.option()
    span = writer.cursor.argument()
    if (
        token == r"\Title" and writer.cursor.peek() == "{"
    ):  # harvmac's has the report's number first
        span = writer.cursor.argument()
    title = writer.inline(span, PLAIN)
    if title:
        writer.shared.front.title = title
        writer.shared.front.title_end = writer.cursor.position


def _author(writer: Writer, _token: str) -> None:
    writer.cursor.option()
    if writer.cursor.peek() == "{":
        writer.shared.front.authors.append(writer.cursor.argument())


def _abstract(writer: Writer, _token: str) -> None:
    end = writer.partner()
    if end == NONE:
        return
    start = writer.cursor.position
    writer.cursor.position = end + 1
    _take_abstract(writer, (start, end))


def _take_abstract(writer: Writer, span: tuple[int, int]) -> None:
    text = writer.inline(span, PLAIN)
    if text and not writer.shared.front.abstract:
        writer.shared.front.abstract = text


def _abstract_command(writer: Writer, _token: str) -> None:
    parts: list[str] = []
    for _ in range(_MOST_ABSTRACT_ARGUMENTS):
        if writer.cursor.peek() != "{":
            break
        parts.append(writer.inline(writer.cursor.argument(), PLAIN))
    text = " ".join(part for part in parts if part)
    if text and not writer.shared.front.abstract:
        writer.shared.front.abstract = text


def _appendix(writer: Writer, token: str) -> None:
    writer.shared.is_appendix = True
    if token != r"\appendix":
        return
    title = writer.cursor.option()
    if title is None:
        title = _letter_and_title(writer)
    if title is not None:  # IEEE's only appendix, or harvmac's
        start_part(writer, writer.inline(title, PLAIN), 1)


def _lettered_appendix(writer: Writer, _token: str) -> None:
    r"""Read phyzzx's `\APPENDIX{A}{Title}`, or one with a title alone."""
    if writer.cursor.peek() != "{":
        return
    writer.shared.is_appendix = True
    title = writer.inline(writer.cursor.argument(), PLAIN)
    if writer.cursor.peek() == "{":
        title = writer.inline(writer.cursor.argument(), PLAIN)
    elif len(title) == 1:
        title = f"Appendix {title}"
    highest = min((part.rank for part in writer.shared.parts[1:] if not part.is_top), default=1)
    start_part(writer, title, highest)


def _back_matter(writer: Writer, _token: str) -> None:
    """Read a heading of Springer's back matter, which only thanks and references make a part."""
    title = writer.inline(writer.cursor.argument(), PLAIN)
    role = role_of_title(title)
    if role == "body":
        writer.end_paragraph()
        writer.running.append(f"**{title}** ")
    else:
        start_part(writer, title, 1, is_numbered=False, role=role, is_top=True)


def _letter_and_title(writer: Writer) -> tuple[int, int] | None:
    start = writer.cursor.position
    letter = writer.cursor.group() if writer.cursor.peek() == "{" else None
    if letter is not None and writer.cursor.peek() == "{" and letter[1] - letter[0] <= 1:
        return writer.cursor.argument()
    writer.cursor.position = start
    return None


def _end_appendices(writer: Writer, _token: str) -> None:
    writer.end_paragraph()
    writer.shared.is_appendix = False


def _acknowledgements(writer: Writer, _token: str) -> None:
    start_part(
        writer, _ACKNOWLEDGEMENTS, 1, is_numbered=False, role="acknowledgements", is_top=True
    )
    writer.cursor.option()


def _end_acknowledgements(writer: Writer, token: str) -> None:
    """Go on without a heading: what follows is part of no acknowledgement."""
    writer.close(token)
    writer.end_paragraph()


def _the_bibliography(writer: Writer, token: str) -> None:
    if writer.mode.is_inline:
        return
    if writer.cursor.peek() == "{":
        writer.cursor.group()
    start_part(writer, _REFERENCES, 1, is_numbered=False, role="references", is_top=True)
    opened = OpenList(writer, "thebibliography")
    open_list(writer, opened, f"\\end{{{token[7:-1]}}}")


def _bib_item(writer: Writer, _token: str) -> None:
    label = writer.cursor.option()
    key = writer.cursor.text(writer.cursor.argument())
    text = writer.shared.citations.get(key, "")
    if key in writer.shared.citation_years:
        author, year = writer.shared.citation_years[key]
        text = f"{author} ({year})"
    elif text:
        text = f"[{text}]"
    elif label is not None:
        text = writer.inline(label, INLINE)
    if not writer.lists:
        writer.end_paragraph()
        writer.running.append(f"{text} " if text else "")
        return
    if any(opened.closer == r"\item" for opened in writer.opened):
        writer.close(r"\item")
    writer.lists[-1].begin_item(text or None)


def _centred_line(writer: Writer, _token: str) -> None:
    writer.end_paragraph()
    writer.running.append(writer.inline(writer.cursor.argument(), writer.mode))
    writer.end_paragraph()


def _harvmac_date(writer: Writer, _token: str) -> None:
    r"""Read harvmac's title page, which `\Date` ends: lines in the middle, then an abstract."""
    here, front, tokens = writer.cursor.position - 1, writer.shared.front, writer.document.tokens
    writer.cursor.argument()
    lines = [i for i in range(front.title_end, here) if tokens[i] == r"\centerline"]
    if not lines or writer.mode.is_inline or len(writer.shared.parts) > 1:
        return
    after = Cursor(writer.document, lines[-1] + 1, here)
    after.argument()
    _take_abstract(writer, (after.position, here))
    if not front.authors:
        front.authors.append(Cursor(writer.document, lines[0] + 1, here).argument())
    writer.running.clear()
    writer.blocks.clear()


def _drop_to_end(writer: Writer, _token: str) -> None:
    r"""Leave out what stands after `\bye` or AMS-TeX's `\enddocument`."""
    writer.cursor.position = writer.cursor.end


def _ams_reference(writer: Writer, _token: str) -> None:
    writer.end_paragraph()


def _ams_references(writer: Writer, _token: str) -> None:
    start_part(writer, _REFERENCES, 1, is_numbered=False, role="references", is_top=True)


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(HEADINGS, _heading),
    r"\@startsection": _start_section,
    r"\beginsection": _begin_section,
    r"\begin{document}": _begin_document,
    **dict.fromkeys((r"\title", r"\icmltitle", r"\Title", r"\TITLE"), _title),
    **dict.fromkeys((r"\author", r"\name", r"\icmlauthor", r"\Author", r"\AUTHOR", r"\authors"),
                    _author),
    **{f"\\begin{{{name}}}": _abstract for name in ABSTRACTS},
    r"\abstract": _abstract_command,
    r"\Abstract": _abstract_command,
    r"\abst": _abstract_command,
    r"\appendix": _appendix,
    r"\appendices": _appendix,
    r"\APPENDIX": _lettered_appendix,
    r"\Appendix": _lettered_appendix,
    r"\bmhead": _back_matter,
    r"\begin{appendix}": _appendix,
    r"\begin{appendices}": _appendix,
    r"\end{appendix}": _end_appendices,
    r"\end{appendices}": _end_appendices,
    **dict.fromkeys(ACKNOWLEDGEMENT_COMMANDS, _acknowledgements),
    **{f"\\begin{{{name}}}": _acknowledgements for name in ACKNOWLEDGEMENT_ENVIRONMENTS},
    **{f"\\end{{{name}}}": _end_acknowledgements for name in ACKNOWLEDGEMENT_ENVIRONMENTS},
    r"\begin{thebibliography}": _the_bibliography,
    r"\begin{references}": _the_bibliography,
    r"\begin{biblist}": _the_bibliography,
    r"\bibitem": _bib_item,
    r"\reference": _bib_item,
    r"\centerline": _centred_line,
    r"\leftline": _centred_line,
    r"\rightline": _centred_line,
    r"\Refs": _ams_references,
    r"\endRefs": _ams_reference,
    r"\enddocument": _drop_to_end,
    r"\Date": _harvmac_date,
}  # fmt: skip
