r"""What reads the source in another way: raw text, names made up, changed signs."""

from functools import partial

from arxiviz_pipeline.ingest.latex.gullet import END_SCOPE, Command, Gullet, Macro
from arxiviz_pipeline.ingest.latex.lexer import PARAGRAPH, RAW

_LONGEST_NAME = 300  # tokens
_LONGEST_RAW = 10_000  # tokens


def raw_environment(gullet: Gullet, name: str) -> str:
    r"""Take an environment\'s text as it stands, up to its end."""
    marker = f"\\end{{{name}}}"
    if gullet.at_lexer():
        raw = gullet.lexer.raw_until(marker)
        return gullet.lexer.rest_of_line() if raw is None else raw
    # Inside a macro's argument it has been read as tokens already.
    tail = [r"\end", "{", name, "}"]
    found: list[str] = []
    while len(found) < _LONGEST_RAW and (token := gullet.next_raw()) is not None:
        found.append(token)
        if token == "}" and found[-4:] == tail:
            del found[-4:]
            break
    else:
        gullet.push(found)
        return ""
    return "".join("\n" if token == PARAGRAPH else token for token in found)


def _verb(gullet: Gullet, _token: str) -> None:
    raw = gullet.lexer.raw_delimited() if gullet.at_lexer() else None
    if raw is None:
        gullet.star()
        mark = gullet.next_character()
        found: list[str] = []
        while (token := gullet.next_character()) not in (None, mark, PARAGRAPH):
            found.append(token or "")
        raw = "".join(found)
    gullet.output.extend((r"\verb", RAW + raw))


def _address(gullet: Gullet, token: str) -> None:
    raw = gullet.lexer.raw_group() if gullet.at_lexer() else None
    if raw is None:
        raw = "".join(gullet.expanded(gullet.argument()))
    gullet.output.extend((token, RAW + raw.replace("\\", "")))


def _expand_after(gullet: Gullet, _token: str) -> None:
    first, second = gullet.next_raw(), gullet.next_raw()
    if second is not None:
        meaning = gullet.meanings.get(second)
        if isinstance(meaning, Macro):
            gullet.expand(second, meaning)
        elif second in (r"\csname", r"\expandafter") and callable(meaning):
            _expand_nested(gullet, second)
        else:
            gullet.push([second])
    gullet.push([first] if first is not None else [])


def _expand_nested(gullet: Gullet, token: str) -> None:
    r"""Follow a chain of `\expandafter`, without Python's stack."""
    held: list[str] = []
    while token == r"\expandafter":
        held.append(gullet.next_raw() or " ")
        token = gullet.next_raw() or " "
    if token == r"\csname":
        _csname(gullet, token)
    elif isinstance(meaning := gullet.meanings.get(token), Macro):
        gullet.expand(token, meaning)
    else:
        gullet.push([token])
    gullet.push(held)


def _csname(gullet: Gullet, _token: str) -> None:
    name: list[str] = []
    depth = 0
    while (token := gullet.next_raw()) is not None and len(name) < _LONGEST_NAME:
        depth += (token == r"\csname") - (token == r"\endcsname")
        if depth < 0:
            break
        name.append(token)
    text = "".join(gullet.expanded([part for part in name if part != r"\csname"])).strip()
    # Where TeX would make a command of any name, only those that can be written may come out.
    gullet.push([f"\\{text}"] if text and not set(text) & set("\\{}$&#\0 ") else [])


def _changes_braces(text: str) -> bool:
    r"""Tell `\catcode`[=1`: a sign that is to begin or end a group, or a command."""
    return len(text) > 1 and text[1] in "[]|!/" and text.rstrip().endswith(("=0", "=1", "=2"))


def _set_at(gullet: Gullet, _token: str, *, is_letter: bool) -> None:
    gullet.lexer.at_is_letter = is_letter


def _catcode(gullet: Gullet, _token: str) -> None:
    r"""Read `\catcode`\@=11` and its like, of which only `@` matters."""
    written: list[str] = []
    for _ in range(_LONGEST_NAME):
        token = gullet.next_raw()
        if token is None or token in (" ", PARAGRAPH, "}"):
            gullet.push([token] if token in (PARAGRAPH, "}") else [])
            break
        if token[0] == "\\" and "=" in "".join(written):
            if token != r"\active":
                gullet.push([token])
            break
        written.append(token)
    text = "".join(written)
    if text.startswith(("`\\\\", "`\\{")) or (text.startswith("`") and _changes_braces(text)):
        # From here on TeX itself would read other signs: that is over where the group ends.
        gullet.lexer.skip_line(r"\endgroup", "|endgroup")
    elif text.startswith("`\\%") and gullet.at_lexer():
        # A line with a percent sign in it, which is no comment: nothing that is printed.
        raw = gullet.lexer.rest_of_line()
        gullet.push(["}"] * (raw.count("}") - raw.count("{")))
    elif "@" in text:
        gullet.lexer.at_is_letter = "".join(written).rstrip().endswith("11")


def _string(gullet: Gullet, _token: str) -> None:
    r"""Write a command's name: `\string\if` is no test."""
    token = gullet.next_raw()
    if token is not None and token[0] == "\\":
        gullet.output.extend((r"\textbackslash", token[1:]) if token[1:] else ())
    elif token is not None:
        gullet.push([token])


def _begin_group(gullet: Gullet, _token: str) -> None:
    gullet.output.append("{")
    gullet.open_group()


def _end_group(gullet: Gullet, _token: str) -> None:
    gullet.output.append("}")
    gullet.close_group()


def _end_scope(gullet: Gullet, _token: str) -> None:
    gullet.close_group()


def _end_input(gullet: Gullet, _token: str) -> None:
    gullet.lexer.end()


def _expl_syntax(gullet: Gullet, _token: str) -> None:
    if gullet.at_lexer():
        gullet.lexer.raw_until(r"\ExplSyntaxOff")


def _exclude_comment(gullet: Gullet, _token: str) -> None:
    gullet.comment_environments.add(gullet.word())


def _include_comment(gullet: Gullet, _token: str) -> None:
    gullet.comment_environments.discard(gullet.word())


def _special_comment(gullet: Gullet, _token: str) -> None:
    gullet.word()
    gullet.argument()
    gullet.argument()


def _short_verb(gullet: Gullet, _token: str) -> None:
    r"""Read `\MakeShortVerb{\|}`: from here on `|a%b|` is `\verb|a%b|`."""
    gullet.star()
    sign = "".join(gullet.argument())[1:]
    if len(sign) == 1 and not sign.isalnum() and gullet.at_lexer():
        gullet.lexer.mark_verbatim(sign, until=r"\DeleteShortVerb")


COMMANDS: dict[str, Command] = {
    r"\MakeShortVerb": _short_verb,
    r"\verb": _verb,
    r"\lstinline": _verb,
    **dict.fromkeys((r"\url", r"\path", r"\nolinkurl", r"\href"), _address),
    r"\expandafter": _expand_after,
    r"\csname": _csname,
    r"\string": _string,
    r"\makeatletter": partial(_set_at, is_letter=True),
    r"\makeatother": partial(_set_at, is_letter=False),
    r"\catcode": _catcode,
    r"\begingroup": _begin_group,
    r"\bgroup": _begin_group,
    r"\endgroup": _end_group,
    r"\egroup": _end_group,
    END_SCOPE: _end_scope,
    r"\endinput": _end_input,
    r"\ExplSyntaxOn": _expl_syntax,
    r"\excludecomment": _exclude_comment,
    r"\excludeversion": _exclude_comment,
    r"\includecomment": _include_comment,
    r"\includeversion": _include_comment,
    r"\specialcomment": _special_comment,
}
