r"""Tells macros that draw a symbol out of boxes, and what symbol they mean.

Before `\lesssim` was in every installation, papers built it from boxes and raw character codes;
expanded, these say nothing to anyone.
"""

from collections.abc import Mapping

_DRAWING = frozenset({
    r"\ialign", r"\halign", r"\setbox", r"\mathchar", r"\wd", r"\fam", r"\shortstack", r"\oalign",
    r"\ooalign", r"\vcenter", r"\rlap", r"\llap", r"\mathpalette", r"\hss",
})  # fmt: skip
_RULES = frozenset({r"\vrule", r"\hrule"})
_NAMED = {
    **dict.fromkeys(("lsim", "lesssim", "la", "lta", "simlt", "ltsim", "ltap", "lessim", "lapp",
                     "lesim", "simle", "lea", "ls", "lsimeq", "lower_sim"), r"\lesssim"),
    **dict.fromkeys(("gsim", "gtrsim", "ga", "gta", "simgt", "gtsim", "gtap", "gapp", "gesim",
                     "simge", "gea", "gs", "gsimeq"), r"\gtrsim"),
    **dict.fromkeys(("lapprox", "lessapprox", "lapproxeq"), r"\lessapprox"),
    **dict.fromkeys(("gapprox", "gtrapprox", "gapproxeq"), r"\gtrapprox"),
    **dict.fromkeys(("square", "sq", "Box", "dalembert", "dal", "endproof"), r"\square"),
}  # fmt: skip
# What astronomers' classes define, which are in no archive.
CLASS_SYMBOLS = {
    r"\la": r"\lesssim",
    r"\ga": r"\gtrsim",
    r"\lsim": r"\lesssim",
    r"\gsim": r"\gtrsim",
    r"\degr": r"^{\circ}",
    r"\arcdeg": r"^{\circ}",
}
_RELATIONS = {
    ("<", r"\sim"): r"\lesssim", (">", r"\sim"): r"\gtrsim", ("<", r"\approx"): r"\lessapprox",
    (">", r"\approx"): r"\gtrapprox",
}  # fmt: skip
_DEEPEST = 3  # macros called by macros


def meant_symbol(
    name: str, body: tuple[str, ...], parameter_count: int, bodies: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...] | None:
    """Say what a macro is to be replaced by if it draws its symbol, None if it does not.

    Args:
        name: Without the backslash.
        body: What it is defined as.
        parameter_count: How many arguments it has.
        bodies: What the macros defined so far are.
    """
    tokens = _with_called(body, bodies)
    if tokens.isdisjoint(_DRAWING) and not (tokens & _RULES and not parameter_count):
        return None
    if parameter_count == 0:
        if name in _NAMED:
            return (_NAMED[name],)
        signs = {sign for token in tokens for sign in token if sign in "<>"} if tokens else set()
        for (sign, below), symbol in _RELATIONS.items():
            if sign in signs and below in tokens:
                return (symbol,)
        return None
    if parameter_count == 1 and "slash" in name:
        return (r"\not", "{", "#1", "}")
    if parameter_count == 1 and name in ("Bbb", "bbb", "mathbb", "Bb"):
        return (r"\mathbb", "{", "#1", "}")
    return None


def _with_called(body: tuple[str, ...], bodies: Mapping[str, tuple[str, ...]]) -> set[str]:
    found = set(body)
    new = found
    for _ in range(_DEEPEST):
        called = {token for name in new if name in bodies for token in bodies[name]}
        new = called - found
        if not new:
            break
        found = found | called
    return found
