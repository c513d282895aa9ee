from collections.abc import Sequence

from arxiviz_pipeline.domain.equations import UncompilableEquation, find_uncompilable
from arxiviz_pipeline.domain.models import Section
from arxiviz_pipeline.domain.ports import Formula, TypesetFormula


class RefusingTypesetter:
    """Refuses formulas with a word in them, and remembers what it was asked."""

    def __init__(self, word: str) -> None:
        self._word = word
        self.asked: list[Sequence[Formula]] = []

    def typeset(self, formulas: Sequence[Formula]) -> list[TypesetFormula]:
        self.asked.append(formulas)
        return [
            TypesetFormula(None, None, f"no {self._word}")
            if self._word in formula.tex
            else TypesetFormula(1.0, 1.0, None)
            for formula in formulas
        ]


def section(name: str, *equations: str) -> Section:
    return Section(name, "Title", 1, 0, None, "body", "Text.", equations)


def test_the_refused_equations_are_named_with_their_place():
    sections = [section("S1", "a", r"\foo"), section("S2"), section("S3", r"b\foo", "c")]
    assert find_uncompilable(sections, RefusingTypesetter("foo")) == (
        UncompilableEquation("S1", 1, r"\foo", "no foo"),
        UncompilableEquation("S3", 0, r"b\foo", "no foo"),
    )


def test_all_equations_are_asked_for_at_once():
    typesetter = RefusingTypesetter("foo")
    find_uncompilable([section("S1", "a", "b"), section("S2", "c")], typesetter)
    assert [[formula.tex for formula in asked] for asked in typesetter.asked] == [["a", "b", "c"]]


def test_a_paper_without_equations_needs_no_latex():
    typesetter = RefusingTypesetter("foo")
    assert find_uncompilable([section("S1")], typesetter) == ()
    assert typesetter.asked == []


def test_double_braces_are_no_parts_of_manims():
    typesetter = RefusingTypesetter("{{")
    assert find_uncompilable([section("S1", "{{{a}}}")], typesetter) == ()
