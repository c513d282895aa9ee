"""What failures over animations ask for: nothing to play, no time, no end."""

import ast
from collections.abc import Iterator
from typing import Final

from arxiviz_pipeline.domain.models import Finding
from arxiviz_pipeline.scenes.repair.call_mends import called_name
from arxiviz_pipeline.scenes.repair.source import Edit, Source, stands_in

_LONGEST_LOOP: Final = 60
_POINTLESS: Final = ("get_point_mobject not implemented", "align_points", "Cannot align")


def nothing_to_play(source: Source, failure: Finding) -> Iterator[list[Edit]]:
    """Play only what can be played, and only for a time."""
    statement = source.at_line(failure.line)
    if statement is None:
        return
    told = failure.message
    if "with no animations" in told:
        yield [source.remove_statement(statement, "A call of play without animations went.")]
    if "<= 0 seconds" in told or "cannot be negative" in told:
        calls = [c for c in source.calls if stands_in(c, statement)]
        yield [
            source.replace(keyword.value, "1", "A time of no length became a second.")
            for call in calls
            for keyword in call.keywords
            if keyword.arg in ("run_time", "duration")
        ] + [
            source.replace(
                call.args[0],
                f"max(0.1, {source.text(call.args[0])})",
                "A wait became longer than none.",
            )
            for call in calls
            if called_name(call) == "wait" and call.args
        ]
        yield [source.remove_statement(statement, "A wait of no time was taken out.")]
    if (
        "passed to Scene.play()" in told
        or "cannot be converted to an animation" in told
        or ("Animation only works on Mobjects" in told)
    ):
        yield from _played_mobjects(source, statement)


def _played_mobjects(source: Source, statement: ast.stmt) -> Iterator[list[Edit]]:
    for call in source.calls:
        if called_name(call) != "play" or not stands_in(call, statement):
            continue
        names = [
            argument for argument in call.args if isinstance(argument, (ast.Name, ast.Subscript))
        ]
        yield [
            source.replace(
                argument, f"FadeIn({source.text(argument)})", "A mobject that was played fades in."
            )
            for argument in names
        ]
        yield from _called_methods(source, statement, call)
        constants = [argument for argument in call.args if isinstance(argument, ast.Constant)]
        for argument in constants:
            yield [source.remove_argument(call, argument, "What is no animation was taken out.")]


def _called_methods(source: Source, statement: ast.stmt, call: ast.Call) -> Iterator[list[Edit]]:
    """Call before `play` what plays by itself, and returns nothing that could be played."""
    silent = {
        node.name
        for node in source.nodes
        if isinstance(node, ast.FunctionDef) and not _returns_something(node)
    }
    calls = [each for each in call.args if isinstance(each, ast.Call)]
    found = [each for each in calls if called_name(each) in silent]
    if not found:
        return
    why = "What returns nothing to play is called by itself."
    lines = [source.text(each) for each in found]
    if len(found) < len(call.args):
        kept = [each for each in [*call.args, *call.keywords] if each not in found]
        lines.append(f"{source.text(call.func)}({', '.join(map(source.text, kept))})")
    indent = " " * statement.col_offset
    yield [source.replace(statement, f"\n{indent}".join(lines), why)]


def _returns_something(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, (ast.Yield, ast.YieldFrom))
        or (isinstance(node, ast.Return) and node.value is not None)
        for node in ast.walk(function)
    )


def groups_transformed(source: Source, failure: Finding) -> Iterator[list[Edit]]:
    """Let one thing fade into another where they cannot be turned into each other point by point.

    A group of everything on the scene may hold what has no points at all.
    """
    if not any(told in failure.message for told in _POINTLESS):
        return
    statement = source.at_line(failure.line)
    why = "What cannot be transformed fades into what takes its place."
    for call in source.calls:
        if called_name(call) == "ReplacementTransform" and len(call.args) > 1:
            first, second = map(source.text, call.args[:2])
            parent = source.parents[call]
            is_played = isinstance(parent, ast.Call) and called_name(parent) == "play"
            if stands_in(call, statement) and is_played:
                yield [source.replace(call, f"FadeOut({first}), FadeIn({second})", why)]


def plain_groups(source: Source, failure: Finding) -> Iterator[list[Edit]]:
    """Group what is no VMobject by Group, and let it fade rather than be drawn."""
    told = failure.message
    if "Mobject" not in told and "vectorized" not in told.lower():
        return
    statement = source.at_line(failure.line)
    if "is of type str" in told:
        yield list(_texts(source, statement))
    groups = [
        source.replace(call.func, "Group", "A VGroup of other things became a Group.")
        for call in source.calls
        if called_name(call) == "VGroup" and isinstance(call.func, ast.Name)
    ]
    own = [
        edit
        for edit in groups
        if statement and source.start(statement) <= edit.start < source.end(statement)
    ]
    yield own
    yield [
        source.replace(call.func, "FadeIn", "What cannot be drawn fades in.")
        for call in source.calls
        if called_name(call) in ("Create", "Write", "DrawBorderThenFill")
        and stands_in(call, statement)
    ]
    yield groups


def _texts(source: Source, statement: ast.stmt | None) -> Iterator[Edit]:
    """Make texts of the strings that a group is made of, spelled out or by name."""
    strings = {
        node.targets[0].id
        for node in source.nodes
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, (ast.Constant, ast.JoinedStr))
    }
    for call in source.calls:
        if called_name(call) not in ("VGroup", "Group", "add") or not stands_in(call, statement):
            continue
        for argument in call.args:
            named = isinstance(argument, ast.Name) and argument.id in strings
            spelled = isinstance(argument, (ast.Constant, ast.JoinedStr))
            if named or spelled:
                text = f"Text({source.text(argument)})"
                yield source.replace(argument, text, "A string among mobjects became a text.")


def endless_loops(source: Source, failure: Finding) -> Iterator[list[Edit]]:
    """Bound loops and times of a scene that does not come to its end."""
    if failure.kind not in {"timeout", "cpu", "duration"}:
        return
    loops = [node for node in source.nodes if isinstance(node, ast.While)]
    yield [edit for loop in loops for edit in _bounded(source, loop)]
    yield [
        source.replace(call, f"range({_LONGEST_LOOP})", "A long loop was cut.")
        for call in source.calls
        if called_name(call) == "range"
        and any(
            isinstance(a, ast.Constant) and isinstance(a.value, int) and a.value > _LONGEST_LOOP
            for a in call.args
        )
    ]
    yield [
        source.replace(node, "5", "A long time was cut to 5 s.")
        for call in source.calls
        for node in [
            *call.args[: called_name(call) == "wait"],
            *(k.value for k in call.keywords if k.arg == "run_time"),
        ]
        if isinstance(node, ast.Constant)
        and isinstance(node.value, (int, float))
        and node.value > 20
    ]


def _bounded(source: Source, loop: ast.While) -> Iterator[Edit]:
    head_end = source.start(loop.body[0])
    why = "A loop that may never end was bounded."
    line = source.code.rfind("\n", 0, head_end)
    if line < source.start(loop):
        return
    indent = source.code[line + 1 : head_end]
    test = source.text(loop.test)
    text = (
        f"for _ in range({_LONGEST_LOOP}):\n{indent}if not ({test}):\n{indent}    break\n{indent}"
    )
    yield Edit(source.start(loop), head_end, text, why)
