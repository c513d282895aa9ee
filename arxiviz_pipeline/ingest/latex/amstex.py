r"""Says what AMS-TeX's structure is in LaTeX's words: `\heading … \endheading` and its like."""

from collections import Counter
from functools import partial

from arxiviz_pipeline.ingest.latex.definitions import COMMANDS as DEFINITIONS
from arxiviz_pipeline.ingest.latex.gullet import Gullet, Macro, Meaning
from arxiviz_pipeline.ingest.latex.lexer import PARAGRAPH

_LONGEST_DELIMITED = 3_000  # tokens
_LONGEST_LABEL = 30  # tokens
_LONGEST_CITATION = 100  # tokens
_MOST_MISSING = 20
_PAIRS = {
    r"\heading": r"\section *", r"\head": r"\section *", r"\specialhead": r"\section *",
    r"\subhead": r"\subsection *", r"\subsubhead": r"\subsubsection *", r"\title": r"\title",
    r"\author": r"\author", r"\affil": r"\affiliation", r"\address": r"\affiliation",
    r"\thanks": r"\thanks", r"\keywords": r"\keywords", r"\subjclass": r"\subjclass",
    r"\abstract": r"\abstract", r"\dedicatory": r"\thanks", r"\email": r"\email",
    r"\curraddr": r"\affiliation", r"\urladdr": r"\affiliation", r"\date": r"\date",
    r"\translator": r"\thanks",
}  # fmt: skip
_ENVIRONMENTS = {
    **{name: name for name in ("aligned", "alignedat", "gathered", "split", "cases", "matrix",
                               "pmatrix", "bmatrix", "vmatrix", "Vmatrix", "smallmatrix", "CD")},
    "block": "quote", "roster": "itemize", "Refs": "references",
}  # fmt: skip
_FONTS = {
    r"\Cal": r"\mathcal", r"\Bbb": r"\mathbb", r"\goth": r"\mathfrak", r"\frak": r"\mathfrak",
    r"\bold": r"\mathbf", r"\roman": r"\mathrm",
}  # fmt: skip
_TAG_ENDS = frozenset({r"\\", "$", r"\endalign", r"\endgather", r"\endmultline", r"\endalignat",
                       r"\endxalignat", r"\endxxalignat", r"\endsplit", r"\endaligned",
                       r"\endgathered"})  # fmt: skip
# The fields of a reference, by what is written before them.
_FIELDS = {
    r"\by": "", r"\manyby": "", r"\bysame": "", r"\paper": ", ", r"\paperinfo": ", ",
    r"\jour": ", ", r"\vol": " ", r"\issue": ", no. ", r"\yr": ", ", r"\pages": ", ",
    r"\page": ", ", r"\book": ", ", r"\inbook": ", in ", r"\bookinfo": ", ", r"\publ": ", ",
    r"\publaddr": ", ", r"\eds": ", ed. ", r"\ed": ", ed. ", r"\finalinfo": ", ", r"\toappear":
    ", to appear", r"\procinfo": ", ", r"\miscnote": ", ", r"\lang": ", ", r"\moreref": "; ",
    r"\transl": "; transl. ", r"\inpress": ", in press", r"\ser": ", ",
}  # fmt: skip
_EMPHASISED = frozenset({r"\paper", r"\book"})
_KEYS = frozenset({r"\key", r"\no", r"\yrkey"})


class _Delimited:
    """Reads what stands before a command; gives up where that is missing again and again."""

    def __init__(self) -> None:
        self._missing: Counter[str] = Counter()

    def up_to(self, gullet: Gullet, closing: str) -> list[str] | None:
        """Read tokens before a command; None, and nothing read, if it does not follow."""
        if self._missing[closing] >= _MOST_MISSING:
            return None
        found: list[str] = []
        while len(found) < _LONGEST_DELIMITED and (token := gullet.next_raw()) is not None:
            if token == closing:
                return found
            found.append(token)
        self._missing[closing] += 1
        gullet.push(found)
        return None

    def as_argument(self, gullet: Gullet, name: str) -> None:
        r"""Read `\heading … \endheading` as a command with one argument."""
        found = self.up_to(gullet, f"\\end{name[1:]}")
        gullet.output.extend([name] if found is None else _PAIRS[name].split())
        gullet.push([] if found is None else ["{", *found, "}"])

    def reference(self, gullet: Gullet, token: str) -> None:
        r"""Read `\ref\key … \by … \endref` as an item of the list of references."""
        found = self.up_to(gullet, r"\endref")
        if found is None:
            gullet.output.append(token)
        else:
            gullet.push(_bib_item(found))


def _skip_contents(gullet: Gullet, _token: str) -> None:
    """Leave out a table of contents that the author has written."""
    if gullet.at_lexer():
        gullet.lexer.raw_until(r"\endtoc")


def _begin(gullet: Gullet, _token: str, *, environment: str) -> None:
    gullet.push([r"\begin", "{", environment, "}"])


def _end(gullet: Gullet, _token: str, *, environment: str) -> None:
    gullet.push([r"\end", "{", environment, "}"])


def _tag(gullet: Gullet, _token: str) -> None:
    """Leave out a number, which reaches to the end of its row."""
    for _ in range(_LONGEST_LABEL):
        token = gullet.next_raw()
        if token is None:
            return
        if token in _TAG_ENDS or token == PARAGRAPH:
            gullet.push([token])
            return


def _item(gullet: Gullet, _token: str) -> None:
    r"""Read `\item"(i)"` as LaTeX's `\item[(i)]`."""
    gullet.output.append(r"\item")
    first = gullet.next_character()
    if first != '"':
        gullet.push([first] if first is not None else [])
        return
    label: list[str] = []
    while (token := gullet.next_character()) not in (None, '"') and len(label) < _LONGEST_LABEL:
        label.append(token or "")
    gullet.push(["[", "{", *label, "}", "]"])


def _cite(gullet: Gullet, _token: str) -> None:
    r"""Write `\cite{A1, Theorem 2}` as it stands: AMS-TeX has no keys."""
    opening = gullet.next_filled()
    found: list[str] = []
    depth = 1
    while opening == "{" and depth and len(found) < _LONGEST_CITATION:
        token = gullet.next_raw()
        if token is None:
            break
        depth += (token == "{") - (token == "}")
        found.append(token)
    if opening == "{" and not depth:
        gullet.push(["[", "{", *found, "]"])  # its own brace closes the group
    else:
        gullet.push([] if opening is None else [opening, *found])


def _references(gullet: Gullet, _token: str) -> None:
    following = gullet.next_filled()
    if following == r"\nofrills":
        gullet.argument()
    elif following is not None:
        gullet.push([following])
    gullet.push([r"\begin", "{", "references", "}"])


def _bib_item(tokens: list[str]) -> list[str]:
    key: list[str] = []
    written: list[str] = []
    group = ""
    for token in tokens:
        if token in _KEYS or token in _FIELDS:
            while written and written[-1] == " ":
                written.pop()
            written += ["}"] if group in _EMPHASISED else []
            group = token
            written += [_FIELDS[token]] if _FIELDS.get(token) and written else []
            written += [r"\emph", "{"] if token in _EMPHASISED else []
        elif group in _KEYS:
            key.append(token)
        else:
            written.append(token)
    while written and written[-1] == " ":
        written.pop()
    written += ["}"] if group in _EMPHASISED else []
    return [r"\bibitem", "[", *key, "]", "{", *key, "}", " ", *written]


def _skip_argument(gullet: Gullet, _token: str) -> None:
    gullet.argument()


def _skip_word(gullet: Gullet, _token: str) -> None:
    r"""Leave out `\widestnumber\key{99}`."""
    gullet.next_filled()
    gullet.argument()


def amstex_commands() -> dict[str, Meaning]:
    """Return AMS-TeX's own commands, which no other format may have."""
    delimited = _Delimited()
    commands: dict[str, Meaning] = dict.fromkeys(_PAIRS, delimited.as_argument)
    for name, environment in _ENVIRONMENTS.items():
        commands[f"\\{name}"] = partial(_begin, environment=environment)
        commands[f"\\end{name}"] = partial(_end, environment=environment)
    return {
        **commands,
        **{name: Macro((meant,)) for name, meant in _FONTS.items()},
        **dict.fromkeys((r"\define", r"\redefine"), DEFINITIONS[r"\def"]),
        **dict.fromkeys((r"\widestnumber", r"\predefine"), _skip_word),
        **dict.fromkeys((r"\rightheadtext", r"\leftheadtext", r"\pageheight", r"\pagewidth"),
                        _skip_argument),
        r"\toc": _skip_contents,
        r"\tag": _tag,
        r"\item": _item,
        r"\cite": _cite,
        r"\Refs": _references,
        r"\ref": delimited.reference,
    }  # fmt: skip
