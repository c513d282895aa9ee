r"""What chooses between texts: `\if…`, `\newif` switches, and LaTeX's tests with two branches."""

import re
from functools import partial

from arxiviz_pipeline.ingest.latex.gullet import Command, Gullet, Primitive
from arxiviz_pipeline.ingest.latex.lexer import PARAGRAPH
from arxiviz_pipeline.ingest.latex.registers import expanded_character, read_number

_TOGGLE = r"\if@toggle@"
_KNOWN_TO_TEX = frozenset({r"\pdfoutput", r"\pdftexversion", r"\begin", r"\documentclass", r"\par"})
_UNDEFINED = frozenset({r"\undefined", r"\@undefined", r"\relax", r"\undeclared"})
_ALWAYS_TRUE = (r"\iftrue", r"\ifpdf", r"\ifPDFTeX", r"\ifvmode", r"\ifhmode", r"\ifpdftex")
_ALWAYS_FALSE = (
    r"\iffalse", r"\ifxetex", r"\ifluatex", r"\ifXeTeX", r"\ifLuaTeX", r"\ifinner", r"\ifeof",
    r"\ifvoid", r"\ifhbox", r"\ifvbox", r"\if@twocolumn", r"\if@filesw", r"\if@draft",
    r"\ifdraft@", r"\if@compatibility", r"\ifpdfoutput", r"\iftutex", r"\ifptex", r"\ifuptex",
)  # fmt: skip
_BARE = (r"\ifx", r"\if", r"\ifcat", r"\ifnum", r"\ifdim", r"\ifodd", r"\ifcase", r"\ifmmode",
         r"\ifdefined", r"\ifcsname")  # fmt: skip
_CONDITIONALS = frozenset({*_ALWAYS_TRUE, *_ALWAYS_FALSE, *_BARE})


def _choose(gullet: Gullet, *, is_true: bool) -> None:
    if not is_true:
        _skip(gullet, r"\else")


def _skip(gullet: Gullet, *stops: str) -> str | None:
    r"""Leave out tokens up to the `\fi` or one of the stops that belongs to this conditional.

    Where none follows, the text stands, since a paper must not be lost for it.
    """
    if gullet.conditionals_are_broken:
        return None
    skipped: list[str] = []
    depth = 0
    while (token := gullet.next_raw()) is not None:
        # `\repeat` ends the test of a `\loop`, which no `\fi` does.
        if depth == 0 and (token in (r"\fi", r"\repeat") or token in stops):
            return token
        if token in _CONDITIONALS or token in gullet.switches:
            depth += 1
        elif token == r"\fi":
            depth -= 1
        skipped.append(token)
    gullet.conditionals_are_broken = True
    gullet.push(skipped)
    return None


def _always(gullet: Gullet, _token: str, *, is_true: bool) -> None:
    _choose(gullet, is_true=is_true)


def _else(gullet: Gullet, _token: str) -> None:
    _skip(gullet)


def _fi(_gullet: Gullet, _token: str) -> None:
    return None


def _new_if(gullet: Gullet, _token: str) -> None:
    name = gullet.name()
    if name.startswith(r"\if") and name not in _CONDITIONALS:
        gullet.switches.add(name)
        gullet.define(name, partial(_always, is_true=False), is_global=True)
        for value in (True, False):
            setter = f"\\{name[3:]}{str(value).lower()}"
            gullet.define(setter, partial(_set_switch, name=name, is_true=value), is_global=True)


def _set_switch(gullet: Gullet, _token: str, *, name: str, is_true: bool) -> None:
    gullet.define(name, partial(_always, is_true=is_true))


def _new_toggle(gullet: Gullet, _token: str) -> None:
    _set(gullet, f"{_TOGGLE}{gullet.word()}", is_true=False)


def _new_boolean(gullet: Gullet, _token: str) -> None:
    _set(gullet, f"\\if{gullet.word()}", is_true=False)


def _set(gullet: Gullet, name: str, *, is_true: bool) -> None:
    if name not in _CONDITIONALS:
        gullet.define(name, partial(_always, is_true=is_true))
        gullet.switches.add(name)


def _toggle(gullet: Gullet, _token: str, *, is_true: bool) -> None:
    _set(gullet, f"{_TOGGLE}{gullet.word()}", is_true=is_true)


def _set_boolean(gullet: Gullet, _token: str) -> None:
    name = gullet.word()
    _set(gullet, f"\\if{name}", is_true=gullet.word().lower() == "true")


def _ifx(gullet: Gullet, _token: str) -> None:
    first, second = gullet.next_character(), gullet.next_character()
    _choose(gullet, is_true=_same_meaning(gullet, first, second))


def _same_meaning(gullet: Gullet, first: str | None, second: str | None) -> bool:
    if first == second:
        return True
    if first is None or second is None:
        return False
    first_meaning, second_meaning = gullet.meanings.get(first), gullet.meanings.get(second)
    if first_meaning is None and second_meaning is None:
        names = {first, second}
        return not names.isdisjoint(_UNDEFINED) and names.isdisjoint(_KNOWN_TO_TEX)
    if isinstance(first_meaning, Primitive) or isinstance(second_meaning, Primitive):
        return _target(first, first_meaning) == _target(second, second_meaning)
    return first_meaning == second_meaning


def _target(token: str, meaning: object) -> str:
    return meaning.name if isinstance(meaning, Primitive) else token


def _if(gullet: Gullet, _token: str) -> None:
    first, second = expanded_character(gullet), expanded_character(gullet)
    both_commands = first[:1] == "\\" == second[:1]
    _choose(gullet, is_true=first == second or both_commands)


def _ifcat(gullet: Gullet, _token: str) -> None:
    first, second = expanded_character(gullet), expanded_character(gullet)
    _choose(gullet, is_true=first[:1].isalpha() == second[:1].isalpha())


def _ifnum(gullet: Gullet, _token: str) -> None:
    first = read_number(gullet)
    relation = gullet.next_filled() or "="
    gullet.push([relation[1:]] if len(relation) > 1 and relation[0] in "<>=" else [])
    second = read_number(gullet)
    is_true = first < second if relation[0] == "<" else first > second
    _choose(gullet, is_true=first == second if relation[0] == "=" else is_true)


def _ifodd(gullet: Gullet, _token: str) -> None:
    _choose(gullet, is_true=read_number(gullet) % 2 == 1)


def _ifdim(gullet: Gullet, _token: str) -> None:
    """Compare lengths, which nobody knows here: say that it is not so."""
    _choose(gullet, is_true=False)


def _ifcase(gullet: Gullet, _token: str) -> None:
    for _ in range(max(read_number(gullet), 0)):
        if _skip(gullet, r"\or", r"\else") != r"\or":
            return


def _ifmmode(gullet: Gullet, _token: str) -> None:
    _choose(gullet, is_true=gullet.in_math)


def _ifdefined(gullet: Gullet, _token: str) -> None:
    token = gullet.next_raw() or ""
    _choose(gullet, is_true=token in gullet.meanings or token in _KNOWN_TO_TEX)


def _ifcsname(gullet: Gullet, _token: str) -> None:
    name: list[str] = []
    while (token := gullet.next_raw()) not in (None, r"\endcsname", PARAGRAPH):
        name.append(token or "")
    _choose(gullet, is_true="\\" + "".join(name) in gullet.meanings)


def _two_branches(gullet: Gullet, *, is_true: bool) -> None:
    first, second = gullet.argument(), gullet.argument()
    gullet.push(first if is_true else second)


def _if_then_else(gullet: Gullet, _token: str) -> None:
    condition = gullet.argument()
    _two_branches(gullet, is_true=_holds(gullet, condition))


def _holds(gullet: Gullet, condition: list[str]) -> bool:
    tokens = [token for token in condition if token != " "]
    if tokens[:1] == [r"\not"]:
        return not _is_so(gullet, tokens[1:])
    return _is_so(gullet, tokens)


def _is_so(gullet: Gullet, tokens: list[str]) -> bool:
    text = "".join(gullet.expanded(tokens))
    if text.startswith((r"\boolean", r"\equal")) or tokens[:1] == [r"\boolean"]:
        parts = re.findall(r"\{([^{}]*)\}", text)
        if text.startswith(r"\equal"):
            return len(parts) > 1 and parts[0].strip() == parts[1].strip()
        return _switch_is_on(gullet, f"\\if{parts[0] if parts else ''}")
    comparison = re.fullmatch(r"(-?\d{1,9})([<>=])(-?\d{1,9})", text)
    if comparison is None:
        return False
    first, second = int(comparison[1]), int(comparison[3])
    return {"<": first < second, ">": first > second, "=": first == second}[comparison[2]]


def _switch_is_on(gullet: Gullet, name: str) -> bool:
    meaning = gullet.meanings.get(name)
    return isinstance(meaning, partial) and meaning.keywords.get("is_true") is True


def _if_toggle(gullet: Gullet, token: str) -> None:
    kind = _TOGGLE if token == r"\iftoggle" else r"\if"
    _two_branches(gullet, is_true=_switch_is_on(gullet, kind + gullet.word()))


def _if_equal(gullet: Gullet, _token: str) -> None:
    _two_branches(gullet, is_true=gullet.word() == gullet.word())


def _if_blank(gullet: Gullet, _token: str) -> None:
    _two_branches(gullet, is_true=not gullet.word())


def _patch(gullet: Gullet, _token: str, *, argument_count: int) -> None:
    """Leave a patch undone: what it says is about the layout, and no text."""
    for _ in range(argument_count):
        gullet.argument()


def _if_undefined(gullet: Gullet, _token: str) -> None:
    name = "\\" + gullet.word()
    _two_branches(gullet, is_true=name not in gullet.meanings and name not in _KNOWN_TO_TEX)


def _if_star(gullet: Gullet, _token: str) -> None:
    first, second = gullet.argument(), gullet.argument()
    gullet.push(first if gullet.star() else second)


def _if_next(gullet: Gullet, _token: str) -> None:
    wanted = "".join(gullet.argument())
    first, second = gullet.argument(), gullet.argument()
    token = gullet.next_filled()
    if token is not None:
        gullet.push([token])
    is_next = token is not None and bool(wanted) and token.startswith(wanted)
    gullet.push(first if is_next else second)


COMMANDS: dict[str, Command] = {
    **dict.fromkeys(_ALWAYS_TRUE, partial(_always, is_true=True)),
    **dict.fromkeys(_ALWAYS_FALSE, partial(_always, is_true=False)),
    r"\else": _else,
    r"\or": _else,
    r"\fi": _fi,
    r"\newif": _new_if,
    r"\provideif": _new_if,
    r"\newboolean": _new_boolean,
    r"\newbool": _new_boolean,
    r"\provideboolean": _new_boolean,
    r"\setbool": _set_boolean,
    r"\setboolean": _set_boolean,
    r"\newtoggle": _new_toggle,
    r"\providetoggle": _new_toggle,
    r"\toggletrue": partial(_toggle, is_true=True),
    r"\togglefalse": partial(_toggle, is_true=False),
    r"\ifx": _ifx,
    r"\if": _if,
    r"\ifcat": _ifcat,
    r"\ifnum": _ifnum,
    r"\ifodd": _ifodd,
    r"\ifdim": _ifdim,
    r"\ifcase": _ifcase,
    r"\ifmmode": _ifmmode,
    r"\ifdefined": _ifdefined,
    r"\ifcsname": _ifcsname,
    r"\ifthenelse": _if_then_else,
    r"\ifstrequal": _if_equal,
    r"\ifblank": _if_blank,
    r"\apptocmd": partial(_patch, argument_count=4),
    r"\pretocmd": partial(_patch, argument_count=4),
    r"\patchcmd": partial(_patch, argument_count=5),
    r"\iftoggle": _if_toggle,
    r"\ifbool": _if_toggle,
    r"\@ifundefined": _if_undefined,
    r"\@ifstar": _if_star,
    r"\@ifnextchar": _if_next,
}
