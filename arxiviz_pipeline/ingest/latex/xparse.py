"""Reads the definitions of xparse, whose parameters are told by letters."""

from collections.abc import Callable

from arxiviz_pipeline.ingest.latex.definitions import MOST_PARAMETERS, add_environment, define_macro
from arxiviz_pipeline.ingest.latex.gullet import (
    NO_VALUE,
    TRUE,
    Command,
    Environment,
    Gullet,
    Macro,
    Parameter,
)


def _document_command(gullet: Gullet, token: str) -> None:
    name = gullet.name()
    parameters = _xparse_parameters(gullet.argument())
    body = gullet.argument()
    if token == r"\ProvideDocumentCommand" and name in gullet.meanings:
        return
    define_macro(gullet, name, Macro(tuple(body), parameters))


def _document_environment(gullet: Gullet, _token: str) -> None:
    name = gullet.word()
    parameters = _xparse_parameters(gullet.argument())
    begin, end = gullet.argument(), gullet.argument()
    add_environment(gullet, name, Environment(Macro(tuple(begin), parameters), tuple(end)))


def _xparse_parameters(specification: list[str]) -> tuple[Parameter, ...]:
    characters = Gullet({})
    characters.push(token for token in specification if token not in (" ", r"\par"))
    parameters: list[Parameter] = []
    while (kind := characters.next_character()) is not None:
        if len(parameters) >= MOST_PARAMETERS:
            break
        match kind:
            case "m" | "o" | "s":
                parameters.append(Parameter(kind))
            case "v" | "b":
                parameters.append(Parameter())
            case "O":
                parameters.append(Parameter("o", default=tuple(characters.argument())))
            case "t":
                parameters.append(Parameter("t", (characters.next_character() or "",)))
            case "d" | "r" | "D" | "R":
                signs = (characters.next_character() or "(", characters.next_character() or ")")
                default = tuple(characters.argument()) if kind in "DR" else (NO_VALUE,)
                parameters.append(Parameter("d", signs, default))
            case ">":
                characters.argument()
            case _:
                continue
    return tuple(parameters)


def _choose_by_value(is_true: Callable[[list[str]], bool], branches: str) -> Command:
    def choose(gullet: Gullet, _token: str) -> None:
        found = is_true(gullet.argument())
        chosen = [gullet.argument() if branch in "TF" else [] for branch in branches]
        wanted = "T" if found else "F"
        for branch, tokens in zip(branches, chosen, strict=True):
            if branch == wanted:
                gullet.push(tokens)

    return choose


def _is_missing(tokens: list[str]) -> bool:
    return tokens == [NO_VALUE]


def _has_value(tokens: list[str]) -> bool:
    return tokens != [NO_VALUE]


def _is_true(tokens: list[str]) -> bool:
    return tokens == [TRUE]


COMMANDS: dict[str, Command] = {
    **dict.fromkeys(
        (
            r"\NewDocumentCommand",
            r"\RenewDocumentCommand",
            r"\ProvideDocumentCommand",
            r"\DeclareDocumentCommand",
            r"\NewExpandableDocumentCommand",
        ),
        _document_command,
    ),
    **dict.fromkeys(
        (r"\NewDocumentEnvironment", r"\RenewDocumentEnvironment", r"\DeclareDocumentEnvironment"),
        _document_environment,
    ),
    r"\IfNoValueTF": _choose_by_value(_is_missing, "TF"),
    r"\IfNoValueT": _choose_by_value(_is_missing, "T"),
    r"\IfNoValueF": _choose_by_value(_is_missing, "F"),
    r"\IfValueTF": _choose_by_value(_has_value, "TF"),
    r"\IfValueT": _choose_by_value(_has_value, "T"),
    r"\IfValueF": _choose_by_value(_has_value, "F"),
    r"\IfBooleanTF": _choose_by_value(_is_true, "TF"),
    r"\IfBooleanT": _choose_by_value(_is_true, "T"),
    r"\IfBooleanF": _choose_by_value(_is_true, "F"),
}
