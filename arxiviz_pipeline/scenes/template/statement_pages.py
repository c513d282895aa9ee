"""Pages of statements: a panel under a badge, with what is supposed apart from what is claimed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.scenes.drawing.frame import BOTTOM, TOP, progress_to
from arxiviz_pipeline.scenes.drawing.palette import LEFT_EDGE, SMALL_SIZE, TEXT_SIZE, TEXT_WIDTH
from arxiviz_pipeline.scenes.drawing.script_code import literal
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot
from arxiviz_pipeline.scenes.drawing.text_blocks import DrawnText, draw_text
from arxiviz_pipeline.scenes.formulas.layout import FormulaPage, FormulaPlan
from arxiviz_pipeline.scenes.template.formula_pages import let_formula, writing_steps
from arxiviz_pipeline.scenes.text.inline_text import Run, measure
from arxiviz_pipeline.scenes.text.sentences import to_narration
from arxiviz_pipeline.scenes.text.statements import PartRole
from arxiviz_pipeline.scenes.text.terms_in_text import runs_with_term

_PADDING: Final = 0.3
_HEAD_HEIGHT: Final = 0.6
_PART_GAP: Final = 0.26
_BADGE_HEIGHT: Final = 0.52
_BAR_X: Final = LEFT_EDGE + 0.4
_LABEL_X: Final = LEFT_EDGE + 0.65
_LABEL_WIDTH: Final = 1.65
_RIGHT: Final = -LEFT_EDGE - 0.35
_MOST_PAGES: Final = 2
_STYLES: Final = (
    (32, 0.95),
    (TEXT_SIZE, 0.9),
    (TEXT_SIZE, 0.75),
    (25, 0.7),
    (25, 0.62),
    (SMALL_SIZE, 0.58),
)
_PAUSE_SECONDS: Final = 1.2
_LABELLED = re.compile(
    r"(?P<word>let|if|suppose|assume|given|consider|fix|take|under|whenever|when|then|write)\b"
    r"(?:\s+(?:also\s+)?that\b)?[,:]?\s*",
    re.IGNORECASE,
)
_ROLE_COLOURS: Final[dict[PartRole, str]] = {"given": "ACCENT", "claim": "RESULT"}


@dataclass(frozen=True, slots=True)
class PicturedPart:
    """A part of a statement: text, or a display formula.

    Attributes:
        text: Markdown; empty where there is a plan.
    """

    role: PartRole
    text: str
    plan: FormulaPlan | None = None


@dataclass(frozen=True, slots=True)
class PicturedStatement:
    """A statement to be drawn.

    Attributes:
        badge: `Theorem 3`.
        name: Markdown of what stands beside the badge; may be empty.
        term: The words that are defined, to be highlighted where they stand; may be empty.
    """

    badge: str
    name: str
    parts: tuple[PicturedPart, ...]
    term: str = ""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A part in one size of type; `formula` or `text` is set, `label` may be empty."""

    part: PicturedPart
    label: str
    text: DrawnText | None
    formula: FormulaPage | None
    height: float


def statement_pages(name: str, statement: PicturedStatement, *, fraction: float) -> list[Page]:
    """Build a statement up in the order it is said; no pages if it does not fit on two."""
    has_labels = any(part.role == "given" for part in statement.parts)
    for size, scale in _STYLES:
        drawn = _drawn(statement, size, scale, has_labels=has_labels)
        if drawn and _height(drawn) <= (TOP - BOTTOM) * (0.85 if size > TEXT_SIZE else 1):
            return [_page(name, statement, drawn, fraction, has_labels=has_labels)]
    drawn = _drawn(statement, 25, 0.7, has_labels=has_labels)
    groups = _shared_out(drawn)
    if not groups or len(groups) > _MOST_PAGES:
        return []
    return [
        _page(
            f"{name}_{index}", statement, group, fraction, has_labels=has_labels, goes_on=index > 1
        )
        for index, group in enumerate(groups, start=1)
    ]


def _height(parts: Sequence[_Drawn]) -> float:
    inside = sum(part.height for part in parts) + _PART_GAP * len(parts)
    return inside + _HEAD_HEIGHT + 2 * _PADDING


def _shared_out(parts: Sequence[_Drawn]) -> list[list[_Drawn]]:
    """Share parts out over pages; none if one alone is too high."""
    groups: list[list[_Drawn]] = [[]]
    for part in parts:
        if _height([part]) > TOP - BOTTOM:
            return []
        if _height([*groups[-1], part]) > TOP - BOTTOM:
            # A formula stays with what leads to it.
            leads = part.formula is not None and not part.label and len(groups[-1]) > 1
            groups.append([groups[-1].pop()] if leads and groups[-1][-1].text else [])
        groups[-1].append(part)
    return groups if groups[0] else []


def _drawn(
    statement: PicturedStatement, size: int, scale: float, *, has_labels: bool
) -> list[_Drawn]:
    """Draw each part in this size; none if a formula were too small."""
    drawn: list[_Drawn] = []
    is_first_claim = True
    left = _text_left(has_labels=has_labels)
    waiting_label = ""
    for part in statement.parts:
        label, text = _labelled(part) if has_labels else ("", part.text)
        if has_labels and part.role == "claim" and is_first_claim:
            label, is_first_claim = label or "Then", False
        if part.plan is None:
            runs = runs_with_term(text, statement.term)
            block = draw_text(runs, font_size=size, width=_RIGHT - left, most_lines=9)
            if not block.is_whole:
                return []
            if block.line_count:
                drawn.append(_Drawn(part, label, block, None, max(block.height, 0.4)))
            else:
                waiting_label = label  # `Then` alone stands beside the formula it leads to
            continue
        label, waiting_label = label or waiting_label, ""
        width = _RIGHT - (left if label else _BAR_X + 0.3)
        fitting = min(scale, width / max(part.plan.width, 1e-6))
        page = FormulaPage(part.plan.rows, fitting)
        if not page.is_legible:
            return []
        drawn.append(_Drawn(part, label, None, page, part.plan.height * fitting + 0.1))
    return drawn


def _labelled(part: PicturedPart) -> tuple[str, str]:
    """Part the word that says what a part is from the rest, which then begins in capitals."""
    found = _LABELLED.match(part.text)
    if found is None:
        return "", part.text
    rest = part.text[found.end() :]
    if found["word"].lower() == "then":
        rest = rest[:1].upper() + rest[1:]
    return found["word"].capitalize(), rest


def _text_left(*, has_labels: bool) -> float:
    return _LABEL_X + (_LABEL_WIDTH if has_labels else 0.0)


def _page(
    name: str,
    statement: PicturedStatement,
    parts: Sequence[_Drawn],
    fraction: float,
    *,
    has_labels: bool,
    goes_on: bool = False,
) -> Page:
    height = min(_height(parts), TOP - BOTTOM)
    top = min(TOP, (TOP + BOTTOM + height) / 2 + 0.2)
    badge = f"{statement.badge}, continued" if goes_on else statement.badge
    shots = [_heading_shot(badge, statement.name, top, height, fraction)]
    if parts[0].formula is None:
        shots[0].narration += f" {_sentence(to_narration(parts[0].part.text))}"
    visible = ["panel", "badge", *(["name"] if to_narration(statement.name) else [])]
    top -= _PADDING + _HEAD_HEIGHT + _PART_GAP
    before: _Drawn | None = None
    for index, part in enumerate(parts):
        if part.formula is None and before is not None:
            shots.append(Shot(_sentence(to_narration(part.part.text)), _shows(part)))
        elif before is not None and before.formula is None:
            shots[-1].wait(_PAUSE_SECONDS)
        is_same = before is not None and before.part.role == part.part.role
        _let_bar(shots[-1], index, part, top, top + (_PART_GAP if is_same else 0.0))
        visible += [f"bar_{index}", *_let_part(shots[-1], index, part, top, has_labels=has_labels)]
        top -= part.height + _PART_GAP
        before = part
    shots[-1].hold_seconds = 1.0
    shots[-1].emphasize(
        "ShowPassingFlash(panel.copy().set_fill(opacity=0).set_stroke(RESULT, 6), time_width=0.5)",
        1.2,
    )
    shots[-1].close([f"FadeOut(VGroup({', '.join(visible)}))"], 0.6)
    return Page(name, tuple(shots))


def _shows(part: _Drawn) -> str:
    return "What is supposed" if part.part.role == "given" else "What is stated"


def _sentence(said: str) -> str:
    said = said.removeprefix("• ")
    return said[:1].upper() + said[1:]


def _heading_shot(badge: str, name: str, top: float, height: float, fraction: float) -> Shot:
    said_name = to_narration(name).rstrip(" .:")
    shot = Shot(f"{badge}: {said_name}." if said_name else f"{badge}.", "A framed statement")
    shot.let(
        f"panel = RoundedRectangle(width={TEXT_WIDTH:.4g}, height={height:.3g}, corner_radius=0.2, "
        "color=ACCENT, stroke_width=2, fill_color=PANEL, fill_opacity=1)"
        f".move_to([0, {top - height / 2:.3g}, 0])"
    )
    width = measure([Run(badge, bold=True)], SMALL_SIZE) * 1.03 + 0.5
    middle = top - _PADDING - _BADGE_HEIGHT / 2
    left = LEFT_EDGE + _PADDING
    shot.let("badge = VGroup(")
    shot.let(
        f"    RoundedRectangle(width={width:.3g}, height={_BADGE_HEIGHT}, corner_radius=0.12, "
        "color=ACCENT, stroke_width=0, fill_opacity=1),"
    )
    markup = draw_text([Run(badge)], font_size=SMALL_SIZE, width=99, most_lines=1, bold=True).markup
    shot.let(f"    fit(text({literal(markup)}, {SMALL_SIZE}, BACKGROUND), {width - 0.3:.3g}, 0.4),")
    shot.let(f").move_to([{left + width / 2:.3g}, {middle:.3g}, 0])")
    entrances = ["FadeIn(panel)", "FadeIn(badge, shift=0.2 * RIGHT)"]
    if said_name:
        box_left = left + width + 0.3
        box_width = _RIGHT - box_left
        drawn = draw_text(name, font_size=TEXT_SIZE, width=box_width, most_lines=1, bold=True)
        numbers = ", ".join(literal(float(each)) for each in (box_left, middle, box_width, 0.5))
        shot.let(
            f"name = place_beside(text({literal(drawn.markup)}, {drawn.font_size}), {numbers})"
        )
        entrances.append("FadeIn(name, shift=0.2 * RIGHT)")
    shot.play([*entrances, progress_to(fraction)], 0.8)
    return shot


def _let_bar(shot: Shot, index: int, part: _Drawn, top: float, upper: float) -> None:
    colour = _ROLE_COLOURS[part.part.role]
    shot.let(
        f"bar_{index} = Line([{_BAR_X:.3g}, {upper:.3g}, 0], "
        f"[{_BAR_X:.3g}, {top - part.height:.3g}, 0], color={colour}, stroke_width=6)"
    )


def _let_part(
    shot: Shot, index: int, part: _Drawn, top: float, *, has_labels: bool
) -> Iterator[str]:
    """Add what shows a part, and name what is then seen."""
    left = _text_left(has_labels=has_labels)
    entrances = [f"Create(bar_{index})"]
    if part.label:
        colour = _ROLE_COLOURS[part.part.role]
        made = f"text({literal(f'<b>{part.label}</b>')}, {SMALL_SIZE}, {colour})"
        line = part.height if part.text is None else part.height / part.text.line_count
        numbers = _numbers(_LABEL_X, top - line / 2, _LABEL_WIDTH - 0.15, 0.5)
        shot.let(f"label_{index} = place_beside({made}, {numbers})")
        entrances.append(f"FadeIn(label_{index})")
        yield f"label_{index}"
    if part.text is not None:
        block = part.text
        numbers = _numbers(left, top, _RIGHT - left, part.height + 0.15)
        shot.let(
            f"part_{index} = place(text({literal(block.markup)}, {block.font_size}), {numbers})"
        )
        entrances.append(f"FadeIn(part_{index}, shift=0.2 * RIGHT)")
        yield f"part_{index}"
    if part.formula is None:
        shot.play(entrances, 0.8)
        return
    formula = f"formula_{index}"
    centre = ((left if part.label else _BAR_X + 0.3) + _RIGHT) / 2
    let_formula(shot, formula, part.formula, centre_y=top - part.height / 2, height=part.height)
    shot.let(f"{formula}.set_x({centre:.3g})")
    for step, (animation, seconds) in enumerate(writing_steps(formula, part.formula)):
        shot.play([animation, *(entrances if step == 0 else [])], seconds)
    yield formula


def _numbers(*values: float) -> str:
    return ", ".join(literal(float(value)) for value in values)
