r"""What numbers registers and counters hold, for the tests that compare them."""

from functools import partial

from arxiviz_pipeline.ingest.latex.gullet import Command, Gullet, Macro

_LONGEST_NUMBER = 9  # digits


_FIRST_SIGN, _LAST_SIGN = 33, 126  # of ASCII


_MOST_SIGNS = 20


def expanded_character(gullet: Gullet) -> str:
    """Read the next character, macros before it expanded; nothing if there is none."""
    for _ in range(_MOST_SIGNS):
        token = gullet.next_character()
        meaning = gullet.meanings.get(token or "")
        if token is None or not isinstance(meaning, Macro):
            return token or ""
        gullet.expand(token, meaning)
    return ""


def read_number(gullet: Gullet) -> int:
    """Read a number; a register counts as zero."""
    digits = ""
    sign = 1
    for _ in range(_MOST_SIGNS):
        character = expanded_character(gullet)
        if character == "`" and not digits:
            sign_token = gullet.next_character() or " "
            return ord(sign_token[-1])
        if character.isdecimal():
            digits += character
        elif digits:
            gullet.push([character] if character not in ("", " ") else [])
            break
        elif character == "-":
            sign = -sign
        elif character[:1] == "\\" and character not in (r"\the", r"\relax", r"\number"):
            name = gullet.word() if character == r"\value" else character
            return sign * gullet.numbers.get(name, 0)
        elif character in ("<", ">", "=", "{", "}", ""):
            gullet.push([character] if character else [])
            break
    return sign * int(digits[:_LONGEST_NUMBER]) if digits else 0


def _new_number(gullet: Gullet, _token: str) -> None:
    r"""Read `\newcount`; from then on the register's name sets it."""
    name = gullet.next_filled() or ""
    gullet.define(name, _set_number)
    gullet.numbers[name] = 0


def _set_number(gullet: Gullet, token: str) -> None:
    sign = gullet.next_filled() or ""
    if sign[:1] == "=":
        gullet.push([sign[1:]] if sign[1:] else [])
        gullet.numbers[token] = read_number(gullet)
    elif sign[:1].isdecimal():
        gullet.push([sign])
        gullet.numbers[token] = read_number(gullet)
    elif sign:
        gullet.push([sign])


def _name_number(gullet: Gullet, _token: str) -> None:
    r"""Read `\chardef\name=1`."""
    name = gullet.next_filled() or ""
    if name[:1] == "\\":
        _set_number(gullet, name)
        number = gullet.numbers.get(name, 0)
        sign = chr(number) if _FIRST_SIGN <= number <= _LAST_SIGN else ""
        # Alone it writes a sign; compared, it is a number.
        gullet.define(name, partial(_write_sign, sign=sign))


def _write_sign(gullet: Gullet, _token: str, *, sign: str) -> None:
    written = {"\\": r"\textbackslash", "{": r"\{", "}": r"\}"}.get(sign, sign)
    gullet.output.extend([written] if written else [])


def _set_counter(gullet: Gullet, token: str) -> None:
    name, value = gullet.word(), gullet.word()
    if value.lstrip("-").isdecimal() and len(value) < _LONGEST_NUMBER:
        before = gullet.numbers.get(name, 0) if token == r"\addtocounter" else 0
        gullet.numbers[name] = before + int(value)


COMMANDS: dict[str, Command] = {
    r"\newcount": _new_number,
    r"\chardef": _name_number,
    r"\mathchardef": _name_number,
    r"\setcounter": _set_counter,
    r"\addtocounter": _set_counter,
}
