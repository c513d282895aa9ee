r"""Turns the list of references that biber writes into one that LaTeX itself would print.

Its `.bbl` holds fields, not text: https://ctan.org/pkg/biblatex.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_ENTRY = re.compile(r"\\entry\{([^{}]+)\}\{([^{}]*)\}")
_END = r"\endentry"
_FIELD = re.compile(r"\\(?:field|strng|list)\{([^{}]+)\}(?:\{\d+\})?(?=\{)")
_VERBATIM = re.compile(r"\\verb\{(\w+)\}\s*\\verb ([^\n]*)\n")
_NAMES = re.compile(r"\\name\{(author|editor)\}\{\d+\}(?:\{[^{}]*\})?(?=\{)")
_NAME_PARTS = re.compile(r"(prefix|family|given)=(?=\{)")
_COMMENT = re.compile(r"(?<!\\)%[^\n]*\n?[ \t]*")
_INTERNAL = re.compile(r"\\bib(initperiod|initdelim|nameinitdelim|initspace)(?![A-Za-z])\s?")
_DELIMITERS = re.compile(r"\\bibnamedelim[a-z](?![A-Za-z])\s?")
_RANGE_DASH = re.compile(r"\\bibrangedash(?![A-Za-z])\s?")
_AUTHOR_YEAR = re.compile(r"author-?year|apa|authordate|verbose|authortitle|ext-author|harvard")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_MOST_ENTRIES = 5_000
_LONGEST_GROUP = 100_000  # characters
_MOST_NAMES = 20
_NAMES_IN_LABEL = 2


@dataclass(frozen=True, slots=True)
class _Entry:
    key: str
    kind: str
    names: tuple[tuple[str, str], ...]
    fields: Mapping[str, str]


def is_biblatex(text: str) -> bool:
    """Tell a list that biber wrote."""
    return _ENTRY.search(text) is not None and _END in text


def as_bibliography(text: str, style: str) -> str:
    """Write the references as a `thebibliography`.

    Args:
        text: What biber wrote.
        style: The options biblatex is loaded with.
    """
    items = [_item(entry, style) for entry in _entries(text)]
    return "\\begin{thebibliography}{99}\n" + "\n".join(items) + "\n\\end{thebibliography}\n"


def _entries(text: str) -> Iterator[_Entry]:
    seen: set[str] = set()
    position = 0
    while len(seen) < _MOST_ENTRIES and (start := _ENTRY.search(text, position)):
        end = text.find(_END, start.end())
        if end < 0:
            return
        position = end
        if start[1] not in seen:
            seen.add(start[1])
            yield _entry(start[1], start[2], text[start.end() : end])


def _entry(key: str, kind: str, text: str) -> _Entry:
    fields = {match[1]: match[2].strip() for match in _VERBATIM.finditer(text)}
    text = _COMMENT.sub("", _VERBATIM.sub("", text))
    for name, group in _arguments(_FIELD, text):
        fields.setdefault(name, _readable(_without_braces(group)))
    names = {name: _names(group) for name, group in _arguments(_NAMES, text)}
    return _Entry(key, kind, names.get("author") or names.get("editor", ()), fields)


def _arguments(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, str]]:
    """Find commands by a pattern: each one's first group, and what stands in braces after it."""
    position = 0
    while match := pattern.search(text, position):
        group = _group(text, match.end())
        if group is None:
            return
        position = match.end() + len(group)
        yield match[1], group


def _names(text: str) -> tuple[tuple[str, str], ...]:
    """Return given and family names."""
    return tuple(_name(group) for group in _groups(text)[:_MOST_NAMES])


def _name(text: str) -> tuple[str, str]:
    groups = _groups(text)
    parts = dict(_arguments(_NAME_PARTS, groups[-1])) if groups else {}
    if not parts:  # before biblatex 3 the parts stood in order: family, initial, given
        family, given = (groups[1:2] or [""])[0], (groups[3:4] or [""])[0]
    else:
        family, given = parts.get("family", ""), parts.get("given", "")
    prefix = parts.get("prefix", "")
    return _readable(given), _readable(f"{prefix} {family}".strip())


def _item(entry: _Entry, style: str) -> str:
    fields = entry.fields
    year = fields.get("year") or fields.get("date", "")[:4]
    authors = _listed([" ".join(filter(None, name)) for name in entry.names])
    container = fields.get("journaltitle") or fields.get("booktitle", "")
    volume = ".".join(filter(None, (fields.get("volume"), fields.get("number"))))
    title = fields.get("title", "")
    numbers = " ".join(filter(None, (volume, f"({year})" if year else "")))
    parts = [
        authors,
        f"``{title}''" if container and title else f"\\emph{{{title}}}" if title else "",
        " ".join(filter(None, (f"\\emph{{{container}}}" if container else "", numbers))),
        fields.get("pages", ""),
        fields.get("publisher", fields.get("institution", "")),
        _address(fields),
    ]
    label = _label(entry, style, year)
    return f"\\bibitem{label}{{{entry.key}}} {', '.join(filter(None, parts))}."


def _label(entry: _Entry, style: str, year: str) -> str:
    if "alphabetic" in style and (alpha := entry.fields.get("labelalpha")):
        return f"[{alpha}{entry.fields.get('extraalpha', '')}]"
    if _AUTHOR_YEAR.search(style) and entry.names and year:
        families = [family for _, family in entry.names]
        few = len(families) <= _NAMES_IN_LABEL
        names = " and ".join(families) if few else f"{families[0]} et al."
        return f"[{{{names}({year})}}]"
    return ""


def _address(fields: Mapping[str, str]) -> str:
    if eprint := fields.get("eprint"):
        is_arxiv = fields.get("eprinttype", "").lower() == "arxiv"
        return f"arXiv:{eprint}" if is_arxiv else eprint
    if doi := fields.get("doi"):
        return f"\\url{{https://doi.org/{doi}}}"
    return f"\\url{{{fields['url']}}}" if "url" in fields else ""


def _listed(names: list[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _readable(text: str) -> str:
    text = _DELIMITERS.sub(" ", _RANGE_DASH.sub("--", text))
    return " ".join(_INTERNAL.sub(lambda match: "." if "period" in match[1] else " ", text).split())


def _without_braces(text: str) -> str:
    inner = text.strip()
    is_group = inner.startswith("{") and _group(inner, 0) == inner[1:-1]
    return inner[1:-1] if is_group else text


def _group(text: str, start: int) -> str | None:
    """Return what stands in the braces that begin here; None if they are never closed."""
    depth = 0
    for brace in _BRACE.finditer(text, start, start + _LONGEST_GROUP):
        depth += (brace[0] == "{") - (brace[0] == "}")
        if depth == 0:
            return text[start + 1 : brace.start()]
    return None


def _groups(text: str) -> list[str]:
    """Return the groups that stand one after the other."""
    found: list[str] = []
    position = text.find("{")
    while position >= 0:
        group = _group(text, position)
        if group is None:
            break
        found.append(group)
        position = text.find("{", position + len(group) + 2)
    return found
