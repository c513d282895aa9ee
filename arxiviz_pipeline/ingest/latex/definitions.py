r"""What defines macros and environments: `\newcommand`, `\def`, `\let`, `\newtheorem`."""

from dataclasses import replace

from arxiviz_pipeline.ingest.latex.gullet import (
    FALSE,
    NO_VALUE,
    TRUE,
    Command,
    Environment,
    Gullet,
    Macro,
    Parameter,
    Primitive,
    TheoremKind,
)
from arxiviz_pipeline.ingest.latex.opaque import meant_symbol
from arxiviz_pipeline.ingest.latex.vocabulary import (
    DISPLAY_ENVIRONMENTS,
    FRONT_MATTER,
    REDEFINABLE_HEADINGS,
    STRUCTURE,
    STRUCTURE_ENVIRONMENTS,
)

_VERBATIM = frozenset({r"\verbatim", r"\@verbatim", r"\VerbatimEnvironment", r"\@@verbatim"})
_LONGEST_BODY = 20_000  # tokens
MOST_PARAMETERS = 9


def define_macro(gullet: Gullet, name: str, macro: Macro, *, is_global: bool = False) -> None:
    """Take a definition, unless it would hide what the writer knows better."""
    if len(macro.body) > _LONGEST_BODY or _is_reserved(gullet, name, macro):
        return
    if not _VERBATIM.isdisjoint(macro.body) and not macro.parameters:
        gullet.raw_environments.add(name[1:])
    if name in macro.body and not any(token.startswith(r"\if") for token in macro.body):
        return  # it would never end: in TeX its old meaning was kept elsewhere
    bodies = {
        token: meaning.body
        for token in macro.body
        if isinstance(meaning := gullet.meanings.get(token), Macro)
    }
    symbol = meant_symbol(name[1:], macro.body, len(macro.parameters), bodies)
    if symbol is not None:
        macro = replace(macro, body=symbol)
    gullet.define(name, macro, is_global=is_global)


def _is_reserved(gullet: Gullet, name: str, macro: Macro) -> bool:
    if name in REDEFINABLE_HEADINGS and not macro.parameters:
        return any("@" in token for token in macro.body)
    return name in STRUCTURE or (gullet.is_style and name in FRONT_MATTER)


def _new_command(gullet: Gullet, token: str) -> None:
    gullet.star()
    name = gullet.name()
    parameters = _latex_parameters(gullet)
    body = gullet.argument()
    if token == r"\providecommand" and (name in gullet.meanings or name in FRONT_MATTER):
        return
    define_macro(gullet, name, Macro(tuple(body), parameters))


def _latex_parameters(gullet: Gullet) -> tuple[Parameter, ...]:
    text = "".join(gullet.option() or [])
    count = min(int(text), MOST_PARAMETERS) if text.isdecimal() else 0
    if not count:
        return ()
    default = gullet.option()
    mandatory = Parameter()
    if default is None:
        return (mandatory,) * count
    return (Parameter("o", default=tuple(default)), *(mandatory,) * (count - 1))


def _define(gullet: Gullet, token: str) -> None:
    name = gullet.next_filled() or ""
    prefix, parameters = _plain_parameters(gullet)
    body = gullet.rest_of_group()
    if name[:1] != "\\":
        return
    if token in (r"\edef", r"\xdef"):
        body = gullet.expanded(body)
    is_global = token in (r"\gdef", r"\xdef")
    define_macro(gullet, name, Macro(tuple(body), parameters, prefix), is_global=is_global)


def _plain_parameters(gullet: Gullet) -> tuple[tuple[str, ...], tuple[Parameter, ...]]:
    r"""Read what stands between the name and the body of a `\def`."""
    delimiters: list[list[str]] = [[]]
    while (token := gullet.next_character()) is not None and token != "{":
        if token == r"\par" or len(delimiters) > MOST_PARAMETERS:
            break
        if token[0] == "#":
            delimiters.append([])
        else:
            delimiters[-1].append(token)
    prefix, *others = delimiters
    parameters = (Parameter("u", tuple(signs)) if signs else Parameter() for signs in others)
    return tuple(prefix), tuple(parameters)


def _let(gullet: Gullet, _token: str) -> None:
    name = gullet.next_filled() or ""
    target = gullet.next_filled()
    if target is not None and target[0] == "=":
        gullet.push([target[1:]] if target[1:] else [])
        target = gullet.next_filled()
    if target is None or name[:1] != "\\":
        return
    if target[0] != "\\":
        gullet.push([target])
        target = gullet.next_character() or ""
        gullet.define(name, Macro((target,)))
        return
    meaning = gullet.meanings.get(target, Primitive(target))
    if name in STRUCTURE or name == target or (gullet.is_style and name in FRONT_MATTER):
        return
    gullet.define(name, meaning)
    _let_environment(gullet, name[1:], target[1:])


def _let_environment(gullet: Gullet, name: str, target: str) -> None:
    r"""Follow `\let\eq\equation`, which `\begin{eq}` is meant to profit from."""
    if target in gullet.environments:
        gullet.environments[name] = gullet.environments[target]
    elif target in DISPLAY_ENVIRONMENTS and name not in DISPLAY_ENVIRONMENTS:
        begin = Macro((r"\begin", "{", target, "}"))
        gullet.environments[name] = Environment(begin, (r"\end", "{", target, "}"))


def _operator(gullet: Gullet, _token: str) -> None:
    operator = r"\operatorname*" if gullet.star() else r"\operatorname"
    name = gullet.name()
    define_macro(gullet, name, Macro((operator, "{", *gullet.argument(), "}")))


def _new_environment(gullet: Gullet, _token: str) -> None:
    gullet.star()
    name = gullet.word()
    parameters = _latex_parameters(gullet)
    begin, end = gullet.argument(), gullet.argument()
    add_environment(gullet, name, Environment(Macro(tuple(begin), parameters), tuple(end)))


def add_environment(gullet: Gullet, name: str, environment: Environment) -> None:
    """Take the definition of an environment, unless the writer knows it better."""
    if not name or name in STRUCTURE_ENVIRONMENTS:
        return
    if not _VERBATIM.isdisjoint(environment.begin.body):
        gullet.raw_environments.add(name)
        return
    own = f"{{{name}}}"
    if own in "".join(environment.begin.body) or len(environment.begin.body) > _LONGEST_BODY:
        return
    gullet.environments[name] = environment
    gullet.theorems.pop(name, None)


def _new_theorem(gullet: Gullet, _token: str) -> None:
    is_numbered = not gullet.star()
    name = gullet.word()
    shared = gullet.option()
    title = gullet.argument()
    within = gullet.option()
    if not name or name in STRUCTURE_ENVIRONMENTS:
        return
    counter = "".join(shared).strip() if shared is not None else name
    kind = TheoremKind(
        tuple(gullet.expanded(title)), counter if is_numbered else "", "".join(within or []).strip()
    )
    gullet.theorems[name] = kind
    gullet.environments.pop(name, None)


def _declare_theorem(gullet: Gullet, _token: str) -> None:
    """Read thmtools' way, whose options say everything."""
    options = "".join(gullet.option() or [])
    name = gullet.word()
    options += "," + "".join(gullet.option() or [])
    values = dict(part.split("=", 1) for part in options.split(",") if part.count("=") == 1)
    title = values.get("name", values.get("title", name.capitalize())).strip("{} ")
    shared = values.get("sibling", values.get("sharenumber", values.get("numberlike", name)))
    if name and name not in STRUCTURE_ENVIRONMENTS:
        counter = "" if values.get("numbered", "").strip() == "no" else shared.strip()
        within = values.get("numberwithin", values.get("parent", "")).strip()
        gullet.theorems[name] = TheoremKind((title,), counter, within)


def _new_environ(gullet: Gullet, _token: str) -> None:
    r"""Read environ's way, where `\BODY` stands for the text."""
    name = gullet.word()
    parameters = _latex_parameters(gullet)
    body = gullet.argument()
    ending = gullet.option() or []
    environment = Environment(Macro(tuple(body), parameters), tuple(ending), takes_body=True)
    add_environment(gullet, name, environment)


def _new_verbatim(gullet: Gullet, token: str) -> None:
    """Read what declares an environment whose text is not TeX."""
    gullet.option()
    name = gullet.word()
    if token == r"\newminted":
        name += "code"
    gullet.raw_environments.add(name)
    if token in (r"\DefineVerbatimEnvironment", r"\lstnewenvironment"):
        gullet.option()
        gullet.argument()
    gullet.argument()


def _ignore(_gullet: Gullet, _token: str) -> None:
    return None


COMMANDS: dict[str, Command] = {
    **dict.fromkeys(
        (r"\newcommand", r"\renewcommand", r"\providecommand", r"\DeclareRobustCommand",
         r"\newrobustcmd", r"\renewrobustcmd", r"\DeclareTextCommand"),
        _new_command,
    ),
    **dict.fromkeys((r"\def", r"\gdef", r"\edef", r"\xdef"), _define),
    **dict.fromkeys((r"\let", r"\futurelet"), _let),
    **dict.fromkeys((r"\DeclareMathOperator", r"\DeclareOperator"), _operator),
    **dict.fromkeys((r"\newenvironment", r"\renewenvironment", r"\provideenvironment"),
                    _new_environment),
    **dict.fromkeys((r"\newtheorem", r"\spnewtheorem", r"\newmdtheoremenv", r"\newaliastheorem"),
                    _new_theorem),
    r"\declaretheorem": _declare_theorem,
    r"\NewEnviron": _new_environ,
    **dict.fromkeys((r"\DefineVerbatimEnvironment", r"\newminted", r"\newtcblisting",
                     r"\lstnewenvironment"), _new_verbatim),
    r"\RenewEnviron": _new_environ,
    **dict.fromkeys((NO_VALUE, TRUE, FALSE, r"\long", r"\outer", r"\global", r"\protect",
                     r"\protected", r"\relax", r"\noexpand", r"\ignorespaces", r"\unskip",
                     r"\leavevmode", r"\xspace"), _ignore),
}  # fmt: skip
