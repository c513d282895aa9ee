"""Tells which of a script's code surely runs, so that what is wrong in it surely fails."""

import ast

_UNSURE = (
    ast.If,
    ast.For,
    ast.While,
    ast.Try,
    ast.IfExp,
    ast.BoolOp,
    ast.Lambda,
    ast.Match,
    ast.comprehension,
)


def surely_run(tree: ast.Module, scene_name: str) -> set[ast.AST]:
    """Return the nodes that run whenever the scene does.

    Those are the module's own statements and those of the scene's `construct`, without what
    stands in branches, loops, lambdas and other functions, or comes after a `return`.
    """
    found: set[ast.AST] = set()
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef):
            found.update(_of_class(statement, scene_name))
        else:
            _collect(statement, found)
    return found


def _of_class(definition: ast.ClassDef, scene_name: str) -> set[ast.AST]:
    found: set[ast.AST] = set()
    for member in definition.body:
        if not isinstance(member, ast.FunctionDef):
            _collect(member, found)
        elif definition.name == scene_name and member.name == "construct":
            for statement in member.body:
                if isinstance(statement, ast.Return):
                    break
                _collect(statement, found)
    return found


def _collect(node: ast.AST, found: set[ast.AST]) -> None:
    if isinstance(node, (*_UNSURE, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return
    found.add(node)
    for child in ast.iter_child_nodes(node):
        _collect(child, found)


def main_guards(tree: ast.Module) -> set[ast.AST]:
    """Return the nodes under `if __name__ == "__main__"`, which never run here."""
    return {
        inner
        for statement in tree.body
        if isinstance(statement, ast.If) and _is_main_guard(statement.test)
        for child in statement.body
        for inner in ast.walk(child)
    }


def _is_main_guard(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and "__main__" in ast.unparse(test)
