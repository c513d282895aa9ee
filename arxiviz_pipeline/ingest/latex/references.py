r"""What `\cite` and `\ref` say in the text: numbers, or authors and years."""

from arxiviz_pipeline.ingest.latex.writer import Handler, Writer

_CITE_AUTHOR_YEAR = frozenset({r"\citet", r"\citealt", r"\textcite", r"\citeN", r"\newcite"})


_CITATIONS = (
    r"\cite", r"\citep", r"\citet", r"\citealt", r"\citealp", r"\parencite", r"\textcite",
    r"\autocite", r"\onlinecite", r"\citeN", r"\newcite", r"\footcite", r"\supercite", r"\Citet",
    r"\Citep", r"\fullcite", r"\citen", r"\shortcite", r"\citeNP", r"\smartcite", r"\citeauthor",
    r"\citeyear", r"\citeyearpar", r"\citefullauthor", r"\Citeauthor", r"\citenum", r"\citeA",
    r"\citeasnoun", r"\cites", r"\Textcite", r"\Parencite",
)  # fmt: skip


_REFERENCES = {
    r"\ref": "", r"\eqref": "(", r"\autoref": "", r"\cref": "", r"\Cref": "", r"\pageref": "-",
    r"\vref": "", r"\subref": "", r"\labelcref": "", r"\nameref": "-", r"\Ref": "", r"\fref": "",
    r"\thref": "", r"\prettyref": "", r"\crefrange": "-", r"\hyperlink*": "",
}  # fmt: skip


_MOST_KEYS = 200


def _cite(writer: Writer, token: str) -> None:
    cursor = writer.cursor
    cursor.star()
    before = cursor.option()
    after = cursor.option()
    if after is None:
        before, after = None, before
    keys = [key.strip() for key in cursor.text(cursor.argument()).split(",")]
    keys = [key for key in keys if key][:_MOST_KEYS]
    if after is None and _amsrefs_note_follows(writer):
        after = cursor.argument()
    lead = writer.inline(before, writer.mode) if before else ""
    tail = writer.inline(after, writer.mode) if after else ""
    if keys:
        while writer.running and writer.running[-1] == "~":
            writer.running[-1] = " "
        writer.running.append(_citation(writer, token, keys, lead, tail))


def _amsrefs_note_follows(writer: Writer) -> bool:
    r"""Step over the star of `\cite{key}*{p.~3}`, if a note stands after it."""
    tokens, position = writer.document.tokens, writer.cursor.position
    if position + 1 >= writer.cursor.end or tokens[position : position + 2] != ["*", "{"]:
        return False
    writer.cursor.position += 1
    return True


def _citation(writer: Writer, token: str, keys: list[str], lead: str, tail: str) -> str:
    years = writer.shared.citation_years
    lead = f"{lead} " if lead else ""
    tail = f", {tail}" if tail else ""
    if not all(key in years for key in keys):
        known = writer.shared.citations
        names = ", ".join(known.get(key, key.replace("_", "\x02")) for key in keys)
        return names if token in (r"\citenum", r"\citen") else f"[{lead}{names}{tail}]"
    if token in (r"\citeauthor", r"\Citeauthor", r"\citefullauthor"):
        return "; ".join(years[key][0] for key in keys)
    if token in (r"\citeyear", r"\citeyearpar"):
        text = ", ".join(years[key][1] for key in keys)
        return f"({text})" if token == r"\citeyearpar" else text
    is_alternative = token in (r"\citealt", r"\citealp")
    groups = _by_authors([years[key] for key in keys])
    if token in (*_CITE_AUTHOR_YEAR, r"\cite", r"\Citet", r"\Textcite") and not is_alternative:
        return "; ".join(f"{names} ({lead}{year}{tail})" for names, year in groups)
    text = lead + "; ".join(f"{names}, {year}" for names, year in groups) + tail
    return text if is_alternative else f"({text})"


def _by_authors(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Join the years of works by the same authors that stand next to each other."""
    groups: list[tuple[str, str]] = []
    for names, year in found:
        if groups and groups[-1][0] == names:
            groups[-1] = (names, f"{groups[-1][1]}, {year}")
        else:
            groups.append((names, year))
    return groups


def _reference(writer: Writer, token: str) -> None:
    cursor = writer.cursor
    cursor.star()
    if cursor.peek()[:1] == "\\":
        leave_out_definition(writer, token)
        return
    keys = [key.strip() for key in cursor.text(cursor.argument()).split(",")]
    if token == r"\crefrange":
        keys.append(cursor.text(cursor.argument()))
    numbers = [writer.document.labels.get(key, "") for key in keys]
    text = ", ".join(number for number in numbers if number)
    kind = _REFERENCES[token]
    if not text or kind == "-":
        while writer.running and writer.running[-1] in (" ", "~"):
            writer.running.pop()
        return
    writer.running.append(f"({text})" if kind == "(" else text)


def leave_out_definition(writer: Writer, _token: str) -> None:
    r"""Leave out `\lref\name{text}`, which is printed elsewhere."""
    if writer.cursor.peek()[:1] == "\\":
        writer.cursor.position += 1
        writer.cursor.argument()


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(_CITATIONS, _cite),
    **dict.fromkeys(_REFERENCES, _reference),
    **dict.fromkeys((r"\lref", r"\nref", r"\lfig"), leave_out_definition),
}
