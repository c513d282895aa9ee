"""Takes out of a script what fails, with what depends on it, so that the rest still shows.

What is taken out is the smallest statement on the failing line, of a call of `play` one
animation where there are several; bounded, so that enough of the scene is left.
"""

import ast
from collections.abc import Iterator
from typing import Final

from arxiviz_pipeline.scenes.repair.source import Edit, Mended, Source, apply_edits, parses
from arxiviz_pipeline.scenes.repair.substance import keeps_enough, shows

LARGEST_SHARE: Final = 0.4
"""How much of a scene's statements may be taken out at once."""


def excise(source: Source, line: int | None, whole: str) -> Iterator[Mended]:
    """Offer ways to take out what stands on a line, the smallest first.

    Args:
        source: The script as it is now.
        line: What fails.
        whole: The script before anything was taken out of it; half of that is left at the least.
    """
    yield from (each for each in _offers(source, line) if keeps_enough(whole, each.code))


def _offers(source: Source, line: int | None) -> Iterator[Mended]:
    statement = source.at_line(line)
    if statement is None or isinstance(statement, (ast.Import, ast.ImportFrom, ast.ClassDef)):
        return
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return
    yield from _link_less(source, statement, line)
    yield from _placeholder(source, statement)
    removed = _with_dependents(source, statement)
    total = sum(1 for each in source.statements if _is_of_scene(source, each))
    if len(removed) <= max(1, LARGEST_SHARE * total):
        first = source.text(statement).splitlines()[0][:60]
        why = f"Taken out, with {len(removed) - 1} lines that need it: {first}"
        if len(removed) == 1:
            why = f"Taken out: {first}"
        outer = [each for each in removed if not _inside(source, each, removed)]
        yield from _checked(source, [source.remove_statement(each, why) for each in outer])
    yield from _stopped(source, statement)


def _checked(source: Source, edits: list[Edit]) -> Iterator[Mended]:
    mended = apply_edits(source.code, edits)
    if mended.code != source.code and parses(mended.code):
        yield mended


def _link_less(source: Source, statement: ast.stmt, line: int | None) -> Iterator[Mended]:
    """Drop a failing animation, or the last method of a failing chain."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return
    call = statement.value
    if isinstance(call.func, ast.Attribute) and call.func.attr in ("play", "add"):
        on_line = [a for a in call.args if a.lineno <= (line or 0) <= (a.end_lineno or 0)]
        if len(call.args) > 1:
            for argument in on_line if 0 < len(on_line) < len(call.args) else reversed(call.args):
                why = f"An animation was taken out: {source.text(argument)[:60]}"
                yield from _checked(source, [source.remove_argument(call, argument, why)])


def _placeholder(source: Source, statement: ast.stmt) -> Iterator[Mended]:
    """Drop the last method called on what an assignment makes: it may be all that fails."""
    match statement:
        case ast.Assign(value=ast.Call(func=ast.Attribute(value=ast.Call() as inner, attr=name))):
            why = f"A call of {name} was taken out."
            edit = Edit(source.end(inner), source.end(statement), "", why)
            yield from _checked(source, [edit])
        case _:
            pass


def _with_dependents(source: Source, statement: ast.stmt) -> list[ast.stmt]:
    """Return a statement with those that use names it alone defines."""
    removed = [statement]
    lost = _defined(statement)
    for name in list(lost):
        definitions = [
            each
            for each in source.statements
            if each is not statement
            and name in _defined(each)
            and not _within(source, statement, each)
        ]
        if any(each.lineno < statement.lineno for each in definitions):
            lost.discard(name)  # an earlier value is still there
    for each in sorted(source.statements, key=lambda each: (each.lineno, each.col_offset)):
        if each.lineno <= statement.lineno or each in removed or not lost:
            continue
        if isinstance(each, (ast.FunctionDef, ast.ClassDef)):
            continue
        if isinstance(each, (ast.For, ast.While, ast.If, ast.With, ast.Try)):
            uses = _used_by_head(each)
        else:
            uses = _used(each)
        if uses & lost:
            removed.append(each)
            lost |= _defined(each)
        else:
            lost -= _defined(each)
    return removed


def _defined(statement: ast.stmt) -> set[str]:
    match statement:
        case ast.Assign(targets=targets):
            nodes = [node for target in targets for node in ast.walk(target)]
        case ast.AnnAssign(target=target):
            nodes = list(ast.walk(target))
        case ast.For(target=target):
            nodes = list(ast.walk(target))
        case _:
            return set()
    names = {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return names | {
        ast.unparse(node)
        for node in nodes
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }


def _used(node: ast.AST) -> set[str]:
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    return names | {
        ast.unparse(each)
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name)
    }


def _used_by_head(statement: ast.stmt) -> set[str]:
    match statement:
        case ast.For(iter=head) | ast.While(test=head) | ast.If(test=head):
            return _used(head)
        case ast.With(items=items):
            return set().union(*(_used(item) for item in items))
        case _:
            return set()


def _is_of_scene(source: Source, statement: ast.stmt) -> bool:
    parent = source.parents[statement]
    return not isinstance(parent, (ast.Module, ast.ClassDef))


def _inside(source: Source, statement: ast.stmt, others: list[ast.stmt]) -> bool:
    return any(_within(source, statement, other) for other in others if other is not statement)


def _within(source: Source, inner: ast.stmt, outer: ast.stmt) -> bool:
    node: ast.AST | None = source.parents.get(inner)
    while node is not None:
        if node is outer:
            return True
        node = source.parents.get(node)
    return False


def _stopped(source: Source, statement: ast.stmt) -> Iterator[Mended]:
    """End the scene before a failing statement, where something has been shown by then."""
    parent = source.parents[statement]
    if not isinstance(parent, ast.FunctionDef) or parent.name != "construct":
        return
    shown = [each for each in parent.body if each.lineno < statement.lineno and shows(each)]
    every = [each for each in parent.body if shows(each)]
    if shown and len(shown) >= (1 - LARGEST_SHARE) * len(every):
        place = source.start(statement)
        yield from _checked(
            source,
            [
                Edit(
                    place,
                    place,
                    "return\n" + " " * statement.col_offset,
                    "The scene ends before what fails.",
                )
            ],
        )
