"""Plans the scenes that are left where a full one fails: simple ones, and title cards."""

from collections.abc import Sequence

from arxiviz_pipeline.domain.models import Check, Paper, Section
from arxiviz_pipeline.domain.ports import Formula, Typesetter
from arxiviz_pipeline.scenes.drawing.frame import spoken_title
from arxiviz_pipeline.scenes.drawing.shots import Page, on_grid
from arxiviz_pipeline.scenes.formulas.splitting import clean_formula
from arxiviz_pipeline.scenes.gates.equations import equations_check, quoted
from arxiviz_pipeline.scenes.template.outline import Outline
from arxiviz_pipeline.scenes.template.plain_pages import (
    WholeFormula,
    on_pages,
    plain_formulas_page,
    plain_points_page,
)
from arxiviz_pipeline.scenes.template.point_pages import Point
from arxiviz_pipeline.scenes.template.storyboard import (
    LONGEST_SECONDS,
    SHORTEST_SECONDS,
    Storyboard,
)
from arxiviz_pipeline.scenes.template.title_pages import title_page
from arxiviz_pipeline.scenes.text.leads import whole_lead
from arxiviz_pipeline.scenes.text.section_text import DisplayBlock
from arxiviz_pipeline.scenes.text.sentences import shorten, to_narration

_POINT_WORDS = 22
_CAPTION_WORDS = 9
_SHORTEST_CAPTION = 3
_POINTS_BESIDE_FORMULAS = 2
_POINTS_ON_A_CARD = 4
_POINTS_A_PAGE = 2
_FORMULAS_A_PAGE = 4


def plan_simple_storyboard(paper: Paper, section: Section, typesetter: Typesetter) -> Storyboard:
    """Plan key points and whole formulas: no parts, no transformations, no features."""
    outline = Outline(paper, section, typesetter)
    displays = [block for _, block in outline.displays]
    wholes, faults = _whole_formulas(displays, typesetter)
    points = _points(outline, _POINTS_BESIDE_FORMULAS if wholes else _POINTS_ON_A_CARD)
    shown = on_pages(wholes, _FORMULAS_A_PAGE)
    pages = _pages(outline, points, shown)
    while _seconds(pages) > LONGEST_SECONDS and shown:
        faults += [(item.number, item.tex, "is left out for length") for item in shown.pop()]
        pages = _pages(outline, points, shown)
    check = _report(faults, len(displays))
    return Storyboard(_long_enough(pages), "equation_walkthrough" if shown else "key_points", check)


def plan_title_card(paper: Paper, section: Section, typesetter: Typesetter) -> Storyboard:
    """Plan a title and key points, all text: the typesetter is not asked for anything."""
    outline = Outline(paper, section, typesetter)
    faults = [
        (number, block.tex, "has no place on a title card")
        for number, (_, block) in enumerate(outline.displays, start=1)
    ]
    pages = _pages(outline, _points(outline, _POINTS_ON_A_CARD), [])
    return Storyboard(_long_enough(pages), "key_points", _report(faults, len(faults)))


def _whole_formulas(
    displays: Sequence[DisplayBlock], typesetter: Typesetter
) -> tuple[list[WholeFormula], list[tuple[int, str, str]]]:
    """Return the formulas that can be shown in one piece, and why the others cannot."""
    cleaned = [clean_formula(block.tex) for block in displays]
    sizes = typesetter.typeset([Formula((tex,)) for tex in cleaned]) if cleaned else []
    wholes: list[WholeFormula] = []
    faults: list[tuple[int, str, str]] = []
    for number, (block, tex, size) in enumerate(
        zip(displays, cleaned, sizes, strict=True), start=1
    ):
        if size.error is not None or size.width is None or size.height is None:
            faults.append((number, tex, f"is refused by LaTeX ({size.error})"))
            continue
        lead = to_narration(whole_lead(block.introduction, _CAPTION_WORDS))
        caption = lead[:1].upper() + lead[1:] if len(lead.split()) >= _SHORTEST_CAPTION else ""
        whole = WholeFormula(tex, number, size.width, size.height, caption)
        if whole.is_legible:
            wholes.append(whole)
        else:
            faults.append((number, tex, "is too large to be legible in one piece"))
    return wholes, faults


def _points(outline: Outline, count: int) -> list[Point]:
    shorts = [shorten(sentence, _POINT_WORDS) for sentence in outline.key_sentences(count)]
    return [Point(short, to_narration(short)) for short in shorts if to_narration(short)]


def _pages(
    outline: Outline, points: Sequence[Point], formulas: Sequence[Sequence[WholeFormula]]
) -> list[Page]:
    pages = [title_page(outline.title, outline.paper_title)]
    groups = [
        points[start : start + _POINTS_A_PAGE] for start in range(0, len(points), _POINTS_A_PAGE)
    ]
    if not groups and not formulas:
        groups = [[Point(outline.title, f"{spoken_title(outline.title)}.")]]
    count = len(groups) + len(formulas)
    for index, group in enumerate(groups, start=1):
        pages.append(plain_points_page(f"points_{index}", group, index / count))
    for index, group in enumerate(formulas, start=1):
        fraction = (len(groups) + index) / count
        pages.append(plain_formulas_page(f"formulas_{index}", group, fraction))
    return pages


def _long_enough(pages: Sequence[Page]) -> tuple[Page, ...]:
    missing = on_grid(max(0.0, SHORTEST_SECONDS - _seconds(pages)) / len(pages))
    for page in pages if missing else ():
        page.shots[-1].linger(missing)
    return tuple(pages)


def _seconds(pages: Sequence[Page]) -> float:
    return sum(page.seconds for page in pages)


def _report(faults: Sequence[tuple[int, str, str]], count: int) -> Check:
    told = [f"Formula {number} {reason}: {quoted(tex)}." for number, tex, reason in sorted(faults)]
    return equations_check(count, count - len(told), told)
