"""Finds matrices that are written out, and draws them row by row, with their products."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.domain.models import ConceptType
from arxiviz_pipeline.domain.ports import Formula, TypesetFormula
from arxiviz_pipeline.scenes.drawing.frame import BOTTOM, TOP, progress_to
from arxiviz_pipeline.scenes.drawing.palette import SMALL_SIZE
from arxiviz_pipeline.scenes.drawing.script_code import literal
from arxiviz_pipeline.scenes.drawing.shots import Page, Shot
from arxiviz_pipeline.scenes.formulas.layout import FORMULA_WIDTH
from arxiviz_pipeline.scenes.template.concepts.matrix_reading import (
    Piece,
    WrittenMatrix,
    has_blocks,
    product_in,
    read_matrices,
    structure_of,
)
from arxiviz_pipeline.scenes.template.features import Feature, Material, Stage
from arxiviz_pipeline.scenes.text.section_text import DisplayBlock
from arxiviz_pipeline.scenes.text.sentences import shorten, to_narration

_SLACK_SECONDS = 0.6
_COLUMN_GAP = 0.6  # Manim units at scale 1
_ROW_GAP = 0.4
_BRACKETS = 0.7  # both, with their gaps
_PIECE_GAP = 0.3
_LEAST_SCALE = 0.6
_LARGEST_SCALE = 1.5
_LABEL_ROOM = 0.8
_MOST_PRODUCTS = 3
_SYMBOL: Final = re.compile(r"\b(?:Wigner|Clebsch)|[369]-?j\b|[369]\s*j\$")  # looks like a matrix
_NUMBER_WORDS: Final = ("no", "one", "two", "three", "four", "five")
_MATRIX: Final = '''
def matrix(rows, scale, bracket):
    """Entries in rows and columns, between brackets: entries, left, right."""
    cells = VGroup(*[MathTex(entry).scale(scale) for row in rows for entry in row])
    cells.arrange_in_grid(len(rows), len(rows[0]), buff=(0.6 * scale, 0.4 * scale))
    low, high = cells.get_bottom()[1] - 0.1, cells.get_top()[1] + 0.1
    sides = []
    for sign, edge in ((-1, cells.get_left()[0]), (1, cells.get_right()[0])):
        near, far = edge + sign * 0.12, edge + sign * 0.3
        if bracket == "p":
            side = ArcBetweenPoints([near, high, 0], [near, low, 0], angle=-sign * 0.9)
            side.shift([sign * 0.06, 0, 0])
        elif bracket == "b":
            side = VMobject().set_points_as_corners(
                [[near, high, 0], [far, high, 0], [far, low, 0], [near, low, 0]]
            )
        else:
            side = Line([far, high, 0], [far, low, 0])
        sides.append(side.set_stroke(INK, 3))
    return VGroup(cells, *sides)
'''


@dataclass(frozen=True, slots=True)
class MatrixDisplay:
    """A display whose matrices are written out."""

    pieces: tuple[Piece, ...]
    introduction: str
    scale: float
    place: int
    weight: float

    @property
    def concept_type(self) -> ConceptType:
        """What a scene is whose centre this is."""
        return "matrix_operation"

    @property
    def tells(self) -> frozenset[int]:
        """The display's block, which is built up entry by entry."""
        return frozenset((self.place,))

    def pages(self, stage: Stage) -> Sequence[Page]:
        """Draw it, with as much of what can be seen as there is time for."""
        for words, with_shapes, with_more in (
            (20, True, True),
            (14, False, True),
            (10, False, False),
        ):
            page = self._page(stage, words, with_shapes=with_shapes, with_more=with_more)
            if page.seconds <= stage.seconds + _SLACK_SECONDS:
                return (page,)
        return ()

    @property
    def _matrices(self) -> list[tuple[int, WrittenMatrix]]:
        return [
            (place, piece)
            for place, piece in enumerate(self.pieces)
            if isinstance(piece, WrittenMatrix)
        ]

    def _page(self, stage: Stage, words: int, *, with_shapes: bool, with_more: bool) -> Page:
        opening = Shot(self._opening_words(words), "The matrix, row by row")
        self._let_pieces(opening)
        first = True
        for place, piece in enumerate(self.pieces):
            if isinstance(piece, WrittenMatrix):
                animations = self._row_animations(place, piece)
            else:
                animations = [[f"Write(pieces[{place}])"]]
            for animation in animations:
                beside = [progress_to(stage.fraction)] if first else []
                opening.play([*animation, *beside], 0.6)
                first = False
        shots = [opening]
        visible = ["pieces"]
        if with_shapes:
            shots.append(self._shapes_shot())
            visible.append("shapes")
        product = product_in(self.pieces)
        if with_more and product is not None:
            shots.append(self._product_shot(product))
            visible.append("marks")
        elif with_more and (shot := self._structure_shot()):
            shots.append(shot)
        shots[-1].hold_seconds = 1.2
        shots[-1].close([f"FadeOut(VGroup({', '.join(visible)}))"], 0.6)
        return Page(stage.name, tuple(shots), helpers=(_MATRIX,))

    def _opening_words(self, words: int) -> str:
        said = to_narration(shorten(self.introduction, words))
        return said or f"{_shape_words(self._matrices[0][1]).capitalize()}, entry by entry."

    def _let_pieces(self, shot: Shot) -> None:
        shot.let("pieces = VGroup(")
        for piece in self.pieces:
            if isinstance(piece, WrittenMatrix):
                shot.let("    matrix(")
                shot.let("        [")
                for row in piece.rows:
                    shot.let(f"            ({', '.join(literal(entry) for entry in row)},),")
                shot.let("        ],")
                shot.let(f"        {self.scale:.3g}, {literal(piece.bracket)},")
                shot.let("    ),")
            else:
                shot.let(f"    MathTex({literal(piece)}).scale({self.scale:.3g}),")
        shot.let(f").arrange(RIGHT, buff={_PIECE_GAP})")
        height = TOP - BOTTOM - _LABEL_ROOM
        middle = (TOP + BOTTOM + _LABEL_ROOM) / 2
        shot.let(f"fit(pieces, {FORMULA_WIDTH:.4g}, {height:.3g}).move_to([0, {middle:.3g}, 0])")

    def _row_animations(self, place: int, matrix: WrittenMatrix) -> list[list[str]]:
        count, width = matrix.shape
        rows = [
            [f"FadeIn(pieces[{place}][0][{row * width}:{(row + 1) * width}], shift=0.2 * RIGHT)"]
            for row in range(count)
        ]
        rows[0] += [f"Create(pieces[{place}][{side}])" for side in (1, 2)]
        return rows

    def _shapes_shot(self) -> Shot:
        product = product_in(self.pieces)
        if product is not None:
            one, other, result = [_shape_words(self.pieces[place]) for place in product]
            said = f"{one.capitalize()} times {other} gives {result}."
        else:
            told = list(dict.fromkeys(_size_words(matrix) for _, matrix in self._matrices))
            who = "It has" if len(self._matrices) == 1 else "Each has"
            said = f"{who} {told[0]}." if len(told) == 1 else "Their sizes, rows by columns."
        shot = Shot(said, "How many rows and columns there are")
        shot.let("shapes = VGroup(")
        for place, matrix in self._matrices:
            rows, columns = matrix.shape
            label = f"text({literal(f'{rows} × {columns}')}, {SMALL_SIZE}, ACCENT)"
            below = f"[pieces[{place}].get_x(), pieces.get_bottom()[1] - 0.45, 0]"
            shot.let(f"    {label}.move_to({below}),")
        shot.let(")")
        shot.play(["FadeIn(shapes, shift=0.2 * UP)"], 0.8)
        return shot

    def _product_shot(self, product: tuple[int, int, int]) -> Shot:
        """Mark a row, a column and the entry they give; then the next ones."""
        one, other, result = product
        shot = Shot(
            "Each entry of the product is a row of the first times a column of the second.",
            "Rows times columns",
        )
        rows, columns = _shape(self.pieces[result])
        inner = _shape(self.pieces[one])[1]
        entries = [(row, column) for row in range(rows) for column in range(columns)]

        def marks(row: int, column: int) -> str:
            first = f"pieces[{one}][0][{row * inner}:{(row + 1) * inner}]"
            second = f"pieces[{other}][0][{column}::{columns}]"
            third = f"pieces[{result}][0][{row * columns + column}]"
            boxes = ", ".join(
                f"SurroundingRectangle({what}, color={colour}, buff=0.08)"
                for what, colour in ((first, "ACCENT"), (second, "HIGHLIGHT"), (third, "RESULT"))
            )
            return f"VGroup({boxes})"

        shot.let(f"marks = {marks(*entries[0])}")
        shot.play(["Create(marks)"], 1.0)
        for row, column in entries[1:_MOST_PRODUCTS]:
            shot.wait(1.2)
            shot.play([f"Transform(marks, {marks(row, column)})"], 0.8)
        return shot

    def _structure_shot(self) -> Shot | None:
        if len(self._matrices) != 1:
            return None
        [(place, matrix)] = self._matrices
        found = structure_of(matrix)
        if found is None:
            return None
        said, entries = found
        shot = Shot(said, "What is plain to see in the entries")
        width = matrix.shape[1]
        animations: list[str] = []
        for row in range(matrix.shape[0]):
            for column in range(width):
                colour = "HIGHLIGHT" if (row, column) in entries else "MUTED"
                cell = f"pieces[{place}][0][{row * width + column}]"
                animations.append(f"{cell}.animate.set_color({colour})")
        shot.play(animations, 0.8)
        return shot


def _shape(piece: Piece) -> tuple[int, int]:
    return piece.shape if isinstance(piece, WrittenMatrix) else (0, 0)


def _shape_words(piece: Piece) -> str:
    rows, columns = _shape(piece)
    if columns == 1:
        return f"a column of {_NUMBER_WORDS[rows]}"
    if rows == 1:
        return f"a row of {_NUMBER_WORDS[columns]}"
    return f"a {_NUMBER_WORDS[rows]} by {_NUMBER_WORDS[columns]} matrix"


def _size_words(matrix: WrittenMatrix) -> str:
    rows, columns = matrix.shape
    size = (
        f"{_NUMBER_WORDS[rows]} row{'s' * (rows > 1)} and "
        f"{_NUMBER_WORDS[columns]} column{'s' * (columns > 1)}"
    )
    return f"{size} of blocks" if has_blocks(matrix) else size


def find(material: Material) -> Sequence[Feature]:
    """Find displays whose matrices are written out and fit onto the frame."""
    found: list[tuple[int, DisplayBlock, list[Piece]]] = []
    for place, block in enumerate(material.blocks):
        if not isinstance(block, DisplayBlock) or _SYMBOL.search(block.introduction):
            continue
        if pieces := read_matrices(block.tex):
            found.append((place, block, pieces))
    wishes = {
        (tex,): None
        for _, _, pieces in found
        for piece in pieces
        for tex in ([piece] if isinstance(piece, str) else _entries(piece))
    }
    answers = material.typesetter.typeset([Formula(parts) for parts in wishes]) if wishes else []
    sizes = {parts[0]: size for parts, size in zip(wishes, answers, strict=True)}
    displays = [
        MatrixDisplay(tuple(pieces), block.introduction, scale, place, _weight(pieces))
        for place, block, pieces in found
        if (scale := _scale(pieces, sizes)) is not None
    ]
    return sorted(displays, key=lambda display: -display.weight)


def _entries(matrix: WrittenMatrix) -> list[str]:
    return [entry for row in matrix.rows for entry in row]


def _weight(pieces: Sequence[Piece]) -> float:
    if product_in(pieces) is not None:
        return 0.8
    matrices = [piece for piece in pieces if isinstance(piece, WrittenMatrix)]
    return 0.62 if len(matrices) == 1 and structure_of(matrices[0]) else 0.58


def _scale(pieces: Sequence[Piece], sizes: dict[str, TypesetFormula]) -> float | None:
    """Tell how large the display can be drawn, or None if it can't be."""
    width = _PIECE_GAP * (len(pieces) - 1)
    height = 0.0
    for piece in pieces:
        measured = _measured(piece, sizes)
        if measured is None:
            return None
        width += measured[0]
        height = max(height, measured[1])
    scale = min(
        _LARGEST_SCALE, 0.97 * FORMULA_WIDTH / width, 0.97 * (TOP - BOTTOM - _LABEL_ROOM) / height
    )
    return scale if scale >= _LEAST_SCALE else None


def _measured(piece: Piece, sizes: dict[str, TypesetFormula]) -> tuple[float, float] | None:
    rows = [[piece]] if isinstance(piece, str) else [list(row) for row in piece.rows]
    measured = [[(sizes[tex].width, sizes[tex].height) for tex in row] for row in rows]
    if any(width is None or height is None for row in measured for width, height in row):
        return None
    widths = [max(row[column][0] or 0.0 for row in measured) for column in range(len(rows[0]))]
    heights = [max(height or 0.0 for _, height in row) for row in measured]
    gaps = _COLUMN_GAP * (len(widths) - 1), _ROW_GAP * (len(heights) - 1)
    extra = 0.0 if isinstance(piece, str) else _BRACKETS
    return sum(widths) + gaps[0] + extra, max(0.1, sum(heights) + gaps[1] + extra / 3)
