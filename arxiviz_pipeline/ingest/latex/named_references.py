r"""Numbers references as harvmac and phyzzx do: `\\wit` prints one after `\\lref\\wit{…}`."""

from arxiviz_pipeline.ingest.latex.gullet import Gullet, Macro, Meaning

_MOST_REFERENCES = 5_000


class NamedReferences:
    """The references of a paper, in the order of their numbers."""

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {}
        self._numbers: dict[str, int] = {}
        self._is_bare = False

    def harvmac(self) -> dict[str, Meaning]:
        """Return harvmac's commands."""
        return {
            r"\lref": self._define_reference,
            r"\nref": self._number_reference,
            r"\ref": self._print_reference,
            r"\refs": self._references,
            r"\refn": self._references,
            r"\xref": self._bare_reference,
            r"\listrefs": self._list_references,
        }

    def phyzzx(self) -> dict[str, Meaning]:
        """Return phyzzx's commands."""
        return {
            r"\REF": self._number_reference,
            r"\Ref": self._number_reference,
            r"\REFS": self._number_reference,
            r"\REFSCON": self._number_reference,
            r"\refnum": self._number_reference,
            r"\ref": self._print_unnamed_reference,
            r"\refs": self._print_unnamed_reference,
            r"\refscon": self._print_unnamed_reference,
            r"\refmark": self._references,
            r"\NPrefmark": self._references,
            r"\PRrefmark": self._references,
            r"\refend": Macro(()),
            r"\refsend": Macro(()),
            r"\refout": self._list_references,
        }

    def _define_reference(self, gullet: Gullet, _token: str) -> None:
        r"""Read `\lref\name{text}`, which has its number where it is named first."""
        self._define(gullet)

    def _define(self, gullet: Gullet) -> str:
        name = gullet.next_filled() or ""
        if name[:1] != "\\":
            gullet.push([name] if name else [])
            return ""
        text = gullet.argument()
        if len(self._texts) < _MOST_REFERENCES:
            self._texts[name] = text
            gullet.define(name, self._print_number, is_global=True)
        return name

    def _number_reference(self, gullet: Gullet, _token: str) -> None:
        if name := self._define(gullet):
            self._number(name)

    def _print_reference(self, gullet: Gullet, _token: str) -> None:
        if name := self._define(gullet):
            self._print_number(gullet, name)

    def _print_unnamed_reference(self, gullet: Gullet, token: str) -> None:
        following = gullet.next_filled()
        if following is not None:
            gullet.push([following])
        if following != "{":
            self._print_reference(gullet, token)
            return
        name = f"\\@unnamed{len(self._texts)}"
        if len(self._texts) < _MOST_REFERENCES:
            self._texts[name] = gullet.argument()
            self._print_number(gullet, name)

    def _number(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers) + 1)

    def _print_number(self, gullet: Gullet, token: str) -> None:
        number = str(self._number(token))
        gullet.output.extend([number] if self._is_bare else ["{", "[", number, "]", "}"])

    def _references(self, gullet: Gullet, _token: str) -> None:
        r"""Read `\refs{\one,\two{--}\three}`."""
        tokens = gullet.argument()
        was_bare, self._is_bare = self._is_bare, True
        written = gullet.expanded(tokens)
        self._is_bare = was_bare
        shown = [token for token in written if token not in "{}"]
        gullet.output.extend(["{", *([] if was_bare else ["["]), *shown])
        gullet.output.extend([*([] if was_bare else ["]"]), "}"])

    def _bare_reference(self, gullet: Gullet, _token: str) -> None:
        name = gullet.next_filled() or ""
        if name in self._texts:
            gullet.output.append(str(self._number(name)))

    def _list_references(self, gullet: Gullet, _token: str) -> None:
        items: list[str] = []
        for name, number in self._numbers.items():
            text = self._texts.get(name)
            items += [r"\bibitem", "{", str(number), "}", " ", *text, " "] if text else []
        # Printed once more, it would be empty.
        self._texts.clear()
        if items:
            start, end = [r"\begin", "{", "references", "}"], [r"\end", "{", "references", "}"]
            gullet.push([*start, *items, *end])
