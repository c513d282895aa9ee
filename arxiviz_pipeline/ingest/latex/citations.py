r"""What `\cite` is to say: the numbers of the references, or their authors and years."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from arxiviz_pipeline.ingest.latex.document import Cursor, Document
from arxiviz_pipeline.ingest.latex.running_text import accented, write_run
from arxiviz_pipeline.ingest.latex.symbols import ACCENTS, SYMBOLS

# natbib's labels: authors, the year in round brackets, all authors.
_NATBIB = re.compile(r"(.*?)\s*\(((?:\d{4}|\w{0,12}\d{2,4}|in press|submitted)[^()]{0,12})\)(.*)")
_LONGEST_LABEL = 400  # characters
_NUMERIC = frozenset({"numbers", "super", "sort&compress,numbers"})
_NUMERIC_CLASSES = ("revtex", "ieee", "elsarticle", "jhep", "iop")


@dataclass(frozen=True, slots=True)
class Citations:
    """What stands for each key in the text.

    Attributes:
        labels: A number, or the label the list gives.
        years: Authors and year, where the paper cites so.
    """

    labels: Mapping[str, str]
    years: Mapping[str, tuple[str, str]]


def read_citations(document: Document) -> Citations:
    """Read the list of references for what its items are called."""
    labels: dict[str, str] = {}
    years: dict[str, tuple[str, str]] = {}
    is_numeric = _is_numeric(document)
    tokens = document.tokens
    number = 0
    for index, token in enumerate(tokens):
        if token != r"\bibitem":
            continue
        cursor = Cursor(document, index + 1, len(tokens))
        span = cursor.option()
        label = "" if span is None else plain_text(tokens[slice(*span)])[:_LONGEST_LABEL]
        key = cursor.text(cursor.argument())
        natbib = _NATBIB.fullmatch(label)
        if label.endswith("()"):  # REVTeX's notes among the references
            label = ""
        if natbib and not is_numeric and key not in years and natbib[1]:
            years[key] = (natbib[1].strip(), natbib[2].strip())
        if label and not natbib:
            labels.setdefault(key, label)
        else:
            number += 1
            labels.setdefault(key, str(number))
    return Citations(labels, years)


def _is_numeric(document: Document) -> bool:
    packages = document.packages
    options = set(re.split(r"[,\s]+", packages.get("natbib", "")))
    if not options.isdisjoint(_NUMERIC):
        return True
    for name, given in packages.items():
        if name.lower().startswith(_NUMERIC_CLASSES):
            return "authoryear" not in given and "author-year" not in given
    return False


def plain_text(tokens: list[str]) -> str:
    """Write a label's few tokens as text: commands left out, accents kept."""
    parts: list[str] = []
    accent = ""
    for token in tokens:
        if token in ACCENTS:
            accent = ACCENTS[token]
        elif token in SYMBOLS:
            parts.append(accented(SYMBOLS[token], accent) if accent else SYMBOLS[token])
            accent = ""
        elif token[0] == "\\" or token in "{}$":
            continue
        else:
            text = " " if token == "~" else write_run(token, escapes=False)
            parts.append(accented(text, accent) if accent else text)
            accent = ""
    return re.sub(r"\s+", " ", "".join(parts)).strip()
