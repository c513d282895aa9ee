r"""What commands do in running text: accents, emphasis, links, notes, citations, formulas."""

import re

from arxiviz_pipeline.ingest.latex import references, text_formulas, units
from arxiviz_pipeline.ingest.latex.document import NONE
from arxiviz_pipeline.ingest.latex.dropping import drop, drop_length
from arxiviz_pipeline.ingest.latex.lexer import PARAGRAPH, RAW
from arxiviz_pipeline.ingest.latex.running_text import UNDERSCORE, accented, write_run
from arxiviz_pipeline.ingest.latex.symbols import (
    ACCENTS,
    DROPPED,
    EMPHASES,
    SWITCHES,
    SYMBOLS,
    UPPER,
)
from arxiviz_pipeline.ingest.latex.writer import CAPTION, PLAIN, Handler, Writer
from arxiviz_pipeline.ingest.markdown_text import escape, surround, write_link

_NO_WORDS = re.compile(r"((?<!\\)\$[^$]*\$|\]\([^()]*\)|</?su[bp]>)")
_CHARACTER = re.compile(
    r"(?P<decimal>\d{1,3})|'(?P<octal>[0-7]{1,3})|\"(?P<hexadecimal>[0-9A-F]{1,2})|`(?P<sign>.)"
)


def _group(writer: Writer, _token: str) -> None:
    if writer.partner() != NONE:
        writer.open("}")


def _end_group(writer: Writer, _token: str) -> None:
    if writer.opened and writer.opened[-1].closer == "}":
        writer.close_last()


def _space(writer: Writer, _token: str) -> None:
    writer.running.append(" ")


def _paragraph(writer: Writer, _token: str) -> None:
    writer.end_paragraph()


def _line_break(writer: Writer, _token: str) -> None:
    writer.cursor.star()
    tokens, position = writer.document.tokens, writer.cursor.position
    if position < writer.cursor.end and tokens[position] == "[":
        writer.cursor.option()
    writer.line_break()


def _nothing(_writer: Writer, _token: str) -> None:
    return None


def _symbol(writer: Writer, token: str) -> None:
    written = SYMBOLS[token]
    if not writer.mode.escapes and written[:1] == "\\":
        written = written[1:]
    writer.running.append(written)


def _accent(writer: Writer, token: str) -> None:
    tokens, cursor = writer.document.tokens, writer.cursor
    letter = cursor.peek()
    if letter == "{" or letter[:1] == "\\":
        written = writer.inline(cursor.argument(), PLAIN)
    elif letter and letter[0].isalnum():
        cursor.position += 1
        written = write_run(tokens[cursor.position - 1], escapes=False)
    else:
        return
    written = accented(written, ACCENTS[token])
    writer.running.append(escape(written) if writer.mode.escapes else written)


def _emphasis(writer: Writer, token: str) -> None:
    if writer.cursor.peek() != "{":
        return
    writer.cursor.position += 1
    if writer.partner() != NONE:
        writer.open("}")
        writer.emphasise_rest(EMPHASES[token])


def _switch(writer: Writer, token: str) -> None:
    if SWITCHES[token] and len(writer.opened) and writer.opened[-1].closer in ("}", ""):
        writer.emphasise_rest(SWITCHES[token])


def _upper(writer: Writer, _token: str) -> None:
    pieces = _NO_WORDS.split(writer.inline(writer.cursor.argument(), writer.mode))
    pieces[::2] = map(str.upper, pieces[::2])
    writer.running.append("".join(pieces))


def _argument_only(arguments: str) -> Handler:
    """Keep the last argument's text; the ones before it say how it looks."""

    def keep(writer: Writer, _token: str) -> None:
        for kind in arguments:
            if kind == "o":
                writer.cursor.option()
            elif kind == "s":
                writer.cursor.star()
            elif writer.cursor.peek() == "{":
                writer.cursor.group()
        writer.cursor.skip_spaces()

    return keep


def _verb(writer: Writer, _token: str) -> None:
    raw = _raw(writer)
    content = write_run(raw, escapes=False)
    if writer.mode.emphasis and not set("`$*") & set(raw):
        writer.running.append(surround("`", raw, "`"))
    else:
        writer.running.append(write_run(raw, escapes=True) if writer.mode.escapes else content)


def _raw(writer: Writer) -> str:
    token = writer.cursor.peek()
    if token[:1] != RAW:
        return ""
    writer.cursor.position += 1
    return token[1:]


def _address(writer: Writer, token: str) -> None:
    address = _raw(writer)
    text = address
    if token == r"\href":
        text = writer.inline(writer.cursor.argument(), writer.mode if writer.mode.is_inline else
                             CAPTION)  # fmt: skip
        # A link around a link would be none.
        text = text or address
    else:
        text = escape(text) if writer.mode.escapes else text
    is_link = address.startswith(("https://", "http://"))
    if is_link and writer.mode.emphasis:
        text = text.replace("[", "(").replace("]", ")")
        writer.running.append(write_link(text, address.replace("\\", "")))
    else:
        writer.running.append(text)


def _note(writer: Writer, _token: str) -> None:
    writer.cursor.option()
    if not writer.mode.emphasis:
        writer.cursor.argument()
        return
    if writer.cursor.peek() != "{":
        return
    writer.cursor.position += 1
    if writer.partner() == NONE:
        return

    def finish(blocks: list[str]) -> None:
        note = " ".join(block.replace("\n", " ") for block in blocks)
        if note.strip():
            writer.running.append(f" (note: {note})")

    while writer.running and writer.running[-1] == " ":
        writer.running.pop()
    writer.container("}", finish)


def _script(writer: Writer, token: str) -> None:
    r"""Write `\textsuperscript`, or a stray sign of a formula."""
    start, end = writer.cursor.argument()
    text = writer.inline((start, end), writer.mode if writer.mode.is_inline else CAPTION)
    is_raised = token in (r"\textsuperscript", r"\up", "^") and writer.mode.emphasis
    writer.running.append(f"<sup>{text}</sup>" if is_raised and text else text)


def _boxed_display(writer: Writer, _token: str) -> None:
    """Write the text of plain TeX's boxes, whose size stands before it."""
    drop_length(writer)


def _character(writer: Writer, _token: str) -> None:
    r"""Write `\char92` or `\char`\x` as the sign it is."""
    cursor = writer.cursor
    token = cursor.peek()
    if token == "`" and cursor.position + 1 < cursor.end:
        cursor.position += 2
        sign = writer.document.tokens[cursor.position - 1][-1]
    elif match := _CHARACTER.match(token):
        cursor.position += 1
        code, octal, hexadecimal = match["decimal"], match["octal"], match["hexadecimal"]
        number = int(octal, 8) if octal else int(hexadecimal, 16) if hexadecimal else int(code or 0)
        rest = write_run(token[match.end() :], escapes=writer.mode.escapes)
        sign = match["sign"] or chr(number)
        sign = UNDERSCORE if sign == "_" else write_run(sign, escapes=writer.mode.escapes)
        writer.running.append((sign if sign > "\x01" else " ") + rest)
        return
    else:
        return
    writer.running.append(write_run(sign, escapes=writer.mode.escapes) if sign > " " else " ")


def _symbol_number(writer: Writer, _token: str) -> None:
    r"""Write `\\symbol{95}` as the sign it is."""
    number = writer.cursor.text(writer.cursor.argument())
    if number.isdecimal() and len(number) < 4 and int(number) > ord(" "):
        sign = UNDERSCORE if chr(int(number)) == "_" else chr(int(number))
        writer.running.append(write_run(sign, escapes=writer.mode.escapes))


def _drop_cap(writer: Writer, _token: str) -> None:
    first = writer.inline(writer.cursor.argument(), writer.mode)
    writer.running.append(first + writer.inline(writer.cursor.argument(), writer.mode))


def _quoted(writer: Writer, _token: str) -> None:
    writer.cursor.star()
    text = writer.inline(writer.cursor.argument(), writer.mode)
    writer.running.append(f"“{text}”" if text else "")


def _ion(writer: Writer, _token: str) -> None:
    r"""Write astronomers' `\ion{H}{ii}`."""
    element = writer.inline(writer.cursor.argument(), writer.mode)
    writer.running.append(f"{element} {writer.inline(writer.cursor.argument(), PLAIN).upper()}")


def _fraction(writer: Writer, _token: str) -> None:
    writer.cursor.option()
    above = writer.inline(writer.cursor.argument(), writer.mode)
    writer.running.append(f"{above}/{writer.inline(writer.cursor.argument(), writer.mode)}")


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(DROPPED, drop),
    **dict.fromkeys(SYMBOLS, _symbol),
    **dict.fromkeys(ACCENTS, _accent),
    **dict.fromkeys(EMPHASES, _emphasis),
    **dict.fromkeys(SWITCHES, _switch),
    **dict.fromkeys(UPPER, _upper),
    **references.HANDLERS,
    **units.HANDLERS,
    **text_formulas.HANDLERS,
    "{": _group,
    "}": _end_group,
    "~": _space,
    "&": _space,
    "^": _script,
    "_": _script,
    PARAGRAPH: _paragraph,
    **dict.fromkeys((r"\bigskip", r"\medskip", r"\smallskip", r"\vfill", r"\vfil", r"\bigbreak",
                     r"\medbreak", r"\smallbreak", r"\newpage", r"\clearpage", r"\goodbreak"),
                    _paragraph),
    r"\endgraf": _paragraph,
    **dict.fromkeys((r"\\", r"\newline", r"\cr", r"\break", r"\tabularnewline"), _line_break),
    r"\textsuperscript": _script,
    r"\textsubscript": _script,
    r"\up": _script,
    r"\verb": _verb,
    **dict.fromkeys((r"\url", r"\path", r"\nolinkurl", r"\href"), _address),
    **dict.fromkeys((r"\footnote", r"\footnotetext", r"\endnote", r"\vfootnote", r"\sidenote"),
                    _note),
    **dict.fromkeys((r"\textcolor", r"\colorbox", r"\hyperlink", r"\foreignlanguage", r"\scalebox",
                     r"\texorpdfstring*", r"\IEEEraisesectionheading*", r"\eprint*", r"\raisebox",
                     r"\bibfield", r"\bibinfo", r"\href@noop", r"\selectlanguage"),
                    _argument_only("om")),
    r"\resizebox": _argument_only("smm"),
    r"\multicolumn": _argument_only("mm"),
    r"\multirow": _argument_only("omomo"),
    **dict.fromkeys((r"\parbox", r"\makebox", r"\framebox", r"\fcolorbox"),
                    _argument_only("ooom")),
    **dict.fromkeys((r"\hbox", r"\vbox", r"\vtop"), _boxed_display),
    r"\IEEEPARstart": _drop_cap,
    r"\lettrine": _drop_cap,
    r"\enquote": _quoted,
    r"\ion": _ion,
    **dict.fromkeys((r"\nicefrac", r"\sfrac", r"\textfrac"), _fraction),
    r"\char": _character,
    r"\symbol": _symbol_number,
    r"\hyperref": _argument_only("o"),
    r"\texorpdfstring": lambda writer, _: writer.running.append(
        (writer.inline(writer.cursor.argument(), writer.mode), writer.cursor.argument())[0]
    ),
    r"\textsc": _nothing,
}  # fmt: skip
