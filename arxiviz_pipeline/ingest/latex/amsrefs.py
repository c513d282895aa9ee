r"""Turns the references of amsrefs, `\bib{key}{article}{author={…}, …}`, into plain ones."""

from arxiviz_pipeline.ingest.latex.gullet import Command, Gullet

_MOST_TOKENS = 5_000
_UNPRINTED = frozenset({"review", "language", "label", "issn", "isbn", "xref", "translator"})
_QUOTED = frozenset({"title", "booktitle"})


def _reference(gullet: Gullet, _token: str) -> None:
    gullet.star()
    key = gullet.word()
    gullet.argument()
    fields = _fields(gullet.argument())
    authors = [value for name, value in fields if name == "author"]
    written = [r"\bibitem", "{", key or " ", "}", " "]
    written += _joined(authors)
    for name, value in fields:
        if name != "author" and name not in _UNPRINTED and value:
            written += [",", " "] if len(written) > 5 else []
            written += [r"\emph", "{", *value, "}"] if name in _QUOTED else value
    gullet.push([*written, "."])


def _joined(names: list[list[str]]) -> list[str]:
    written: list[str] = []
    for name in names:
        written += [",", " ", *name] if written else name
    return written


def _fields(tokens: list[str]) -> list[tuple[str, list[str]]]:
    """Read `name={value},` one by one."""
    fields: list[tuple[str, list[str]]] = []
    name, start, depth = "", 0, 0
    for index, token in enumerate(tokens[:_MOST_TOKENS]):
        if token == "{":
            depth += 1
            start = index + 1 if depth == 1 else start
        elif token == "}":
            depth -= 1
            if depth == 0:
                fields.append((name.strip(", =*").lower(), tokens[start:index]))
                name = ""
        elif depth == 0:
            name += token
    return fields


COMMANDS: dict[str, Command] = {r"\bib": _reference}
