"""Rules for scenes: what they build on, what they are configured by, what they play."""

import ast
from collections.abc import Iterator
from typing import Final

from arxiviz_pipeline.domain.ports import ManimApi
from arxiviz_pipeline.scenes.gates.names import bound_names
from arxiviz_pipeline.scenes.repair.old_names import THREE_D_METHODS
from arxiviz_pipeline.scenes.repair.source import Edit, Source
from arxiviz_pipeline.scenes.repair.stand_ins import BY_CLASS, MISSING_PICTURE

_LOST_STATEMENTS: Final = frozenset(
    {"add_sound", "set_speech_service", "embed", "interact", "interactive_embed", "fix_in_frame"}
)
_PICTURES: Final = frozenset({"ImageMobject", "SVGMobject"})
_LOST_LIBRARIES: Final = frozenset({"manim_voiceover", "manim_voiceover_plus", "manim_slides"})
_PLAYED_NAMES: Final = frozenset({"self"})


def lost_scene_classes(source: Source, api: ManimApi) -> Iterator[Edit]:
    """Write a stand-in for a class of scenes that the renderer has not."""
    own = {definition.name for definition in source.classes}
    bases = [ast.unparse(base).rpartition(".")[2] for each in source.classes for base in each.bases]
    for name in dict.fromkeys(bases):
        if name in BY_CLASS and name not in own and name not in api.names:
            place = source.before_classes
            text = "\n\n".join(piece.strip("\n") for piece in BY_CLASS[name])
            why = f"The library of {name} is not there: a plain scene stands in for it."
            yield Edit(place, place, f"{text}\n\n\n", why)
    for node in source.nodes:
        if isinstance(node, ast.ImportFrom):
            module = (node.module or "").partition(".")[0]
            if module in _LOST_LIBRARIES:
                yield source.remove_statement(node, f"{module} is not there.")


def double_bases(source: Source, api: ManimApi) -> Iterator[Edit]:
    """Drop Scene from the bases of a class that builds on a kind of Scene before it."""
    for definition in source.classes:
        names = [ast.unparse(base) for base in definition.bases]
        for index, base in enumerate(definition.bases):
            others = names[:index] + names[index + 1 :]
            if names[index] == "Scene" and any(
                other in BY_CLASS or "Scene" in _bases(api, other) for other in others
            ):
                why = "Scene came twice among a class's bases."
                if index + 1 < len(names):
                    end = source.start(definition.bases[index + 1])
                    yield Edit(source.start(base), end, "", why)
                else:
                    yield Edit(source.end(definition.bases[index - 1]), source.end(base), "", why)


def _bases(api: ManimApi, name: str) -> tuple[str, ...]:
    known = api.names.get(name)
    return known.bases if known else ()


def scene_kinds(source: Source) -> Iterator[Edit]:
    """Build a scene on the kind of scene whose camera or methods it uses."""
    for definition in source.classes:
        plain = [base for base in definition.bases if ast.unparse(base) in ("Scene", "VectorScene")]
        if not plain:
            continue
        used = {
            node.attr
            for node in ast.walk(definition)
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self"
        }
        frames = any(
            isinstance(node, ast.Attribute)
            and node.attr == "frame"
            and ast.unparse(node.value) in ("self.camera", "self.renderer.camera")
            for node in ast.walk(definition)
        )
        stores_frame = any(
            isinstance(node, ast.Attribute)
            and node.attr == "frame"
            and isinstance(node.ctx, ast.Store)
            for node in ast.walk(definition)
        )
        if used & THREE_D_METHODS:
            yield source.replace(
                plain[0], "ThreeDScene", "The scene turns its camera: it is a ThreeDScene."
            )
        elif frames or ("frame" in used and not stores_frame):
            why = "The scene moves its camera: it is a MovingCameraScene."
            yield source.replace(plain[0], "MovingCameraScene", why)


def camera_frame(source: Source) -> Iterator[Edit]:
    """Find the camera's frame where today's Manim has it."""
    stored = any(
        isinstance(node, ast.Attribute) and node.attr == "frame" and isinstance(node.ctx, ast.Store)
        for node in source.nodes
    )
    for node in source.nodes:
        if not isinstance(node, ast.Attribute):
            continue
        text = ast.unparse(node)
        if text in ("self.camera_frame", "self.frame") and not stored:
            yield source.replace(node, "self.camera.frame", "The frame is the camera's.")


def missing_selves(source: Source) -> Iterator[Edit]:
    """Give methods of a scene the `self` they use."""
    for definition in source.classes:
        for method in definition.body:
            if not isinstance(method, ast.FunctionDef) or method.decorator_list or method.args.args:
                continue
            if method.args.vararg or method.args.kwonlyargs or method.args.posonlyargs:
                continue
            bracket = source.code.find("(", source.start(method)) + 1
            why = f"Method {method.name} got its self."
            yield Edit(bracket, bracket, "self", why)


def config_dictionaries(source: Source) -> Iterator[Edit]:
    """Make class attributes of a CONFIG dictionary."""
    for definition in source.classes:
        for statement in definition.body:
            match statement:
                case ast.Assign(
                    targets=[ast.Name(id="CONFIG")], value=ast.Dict(keys=keys, values=values)
                ):
                    indent = " " * statement.col_offset
                    lines = [
                        f"{key.value} = {source.text(value)}"
                        for key, value in zip(keys, values, strict=True)
                        if isinstance(key, ast.Constant)
                        and isinstance(key.value, str)
                        and key.value.isidentifier()
                        and key.value != "camera_config"
                    ]
                    text = f"\n{indent}".join(lines) or "pass"
                    yield source.replace(statement, text, "CONFIG became class attributes.")
                case _:
                    pass


def lost_statements(source: Source) -> Iterator[Edit]:
    """Take out calls that need a speaker, a sound file or somebody at the keyboard."""
    own = {node.name for node in source.nodes if isinstance(node, ast.FunctionDef)}
    for statement in source.statements:
        match statement:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name))) if (
                name in _LOST_STATEMENTS - own
            ):
                yield source.remove_statement(statement, f"A call of {name} was taken out.")
            case _:
                pass


def lost_pictures(source: Source) -> Iterator[Edit]:
    """Put a labelled box in the place of a picture that is not there."""
    found = [
        call
        for call in source.calls
        if isinstance(call.func, ast.Name)
        and call.func.id in _PICTURES
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    ]
    for call in found:
        name = source.text(call.args[0])
        why = f"The picture {name} is not there: a labelled box stands for it."
        yield source.replace(call, f"missing_picture({name})", why)
    if found and "missing_picture" not in bound_names(source.tree):
        place = source.before_classes
        yield Edit(place, place, f"{MISSING_PICTURE.strip()}\n\n\n", "")


def played_methods(source: Source, api: ManimApi) -> Iterator[Edit]:
    """Animate methods by `.animate`, where a method or its result is played."""
    methods = frozenset().union(
        *(api.names[name].attributes for name in ("VMobject", "ValueTracker") if name in api.names)
    )
    for call in source.calls:
        if not (isinstance(call.func, ast.Attribute) and ast.unparse(call.func) == "self.play"):
            continue
        arguments = list(call.args)
        while arguments:
            argument = arguments.pop(0)
            if isinstance(argument, ast.Attribute) and _is_method(argument, methods):
                given: list[ast.expr] = []
                while arguments and not _is_animation(arguments[0], methods, api):
                    given.append(arguments.pop(0))
                yield _animated(source, argument, given)
            elif (
                isinstance(argument, ast.Call)
                and isinstance(argument.func, ast.Attribute)
                and _is_method(argument.func, methods)
                and not _is_class(argument.func.value, api)
            ):
                place = source.end(argument.func.value)
                yield Edit(place, place, ".animate", "A played change is animated by .animate.")


def _animated(source: Source, method: ast.Attribute, given: list[ast.expr]) -> Edit:
    target = source.text(method.value)
    values = [source.text(value) for value in given]
    if given and isinstance(given[-1], ast.Dict):
        values[-1] = f"**{values[-1]}"
    end = source.end(given[-1]) if given else source.end(method)
    text = f"{target}.animate.{method.attr}({', '.join(values)})"
    return Edit(source.start(method), end, text, "A played method is animated by .animate.")


def _is_method(node: ast.expr, methods: frozenset[str]) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr in methods
        and node.attr not in ("animate", "target")
        and ".animate" not in ast.unparse(node)
        and ast.unparse(node.value) not in _PLAYED_NAMES
    )


def _is_class(node: ast.expr, api: ManimApi) -> bool:
    """Tell whether an expression makes an animation: `FadeIn(x).set_run_time(2)`."""
    while isinstance(node, (ast.Attribute, ast.Call)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            known = api.names.get(node.func.id)
            return known is None or "Animation" in known.bases
        node = node.func if isinstance(node, ast.Call) else node.value
    return False


def _is_animation(node: ast.expr, methods: frozenset[str], api: ManimApi) -> bool:
    if isinstance(node, ast.Starred) or _is_method(node, methods):
        return True
    if isinstance(node, ast.Call):
        text = ast.unparse(node.func)
        known = api.names.get(text)
        return ".animate" in text or (known is not None and "Animation" in known.bases)
    return False


def plain_groups(source: Source) -> Iterator[Edit]:
    """Group what is on the scene by Group, which takes pictures too."""
    for call in source.calls:
        if ast.unparse(call) in ("VGroup(*self.mobjects)", "VGroup(self.mobjects)"):
            yield source.replace(
                call, "Group(*self.mobjects)", "VGroup of everything became Group."
            )
