"""Theorems, definitions and their like: a framed statement that is built up as it is said."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from arxiviz_pipeline.domain.models import ConceptType
from arxiviz_pipeline.scenes.drawing.shots import Page
from arxiviz_pipeline.scenes.formulas.layout import FormulaPlan
from arxiviz_pipeline.scenes.formulas.planning import plan_formulas
from arxiviz_pipeline.scenes.template.features import Feature, Material, Stage
from arxiviz_pipeline.scenes.template.statement_pages import (
    PicturedPart,
    PicturedStatement,
    statement_pages,
)
from arxiviz_pipeline.scenes.text.sentences import terms_of
from arxiviz_pipeline.scenes.text.statements import (
    FormalStatement,
    StatementPart,
    read_statements,
    split_roles,
)
from arxiviz_pipeline.scenes.text.term_definitions import TermDefinition, find_term_definitions
from arxiviz_pipeline.scenes.text.terms_in_text import plain_term

_WEIGHTS: Final = {
    "Theorem": 0.85,
    "Main Theorem": 0.9,
    "Definition": 0.8,
    "Proposition": 0.75,
    "Lemma": 0.7,
    "Corollary": 0.7,
    "Conjecture": 0.7,
    "Assumption": 0.65,
    "Axiom": 0.65,
    "Remark": 0.3,
}
_OTHER_WEIGHT: Final = 0.6
_MARKED_WEIGHT: Final = 0.56
_SUBJECT_WEIGHT: Final = 0.48
_DISPLAY_BONUS: Final = 0.06
_MOST_WORDS: Final = 110
_MOST_IN_PROSE: Final = 2
_FEWEST_SAID: Final = 2  # terms that tell what is defined
_PRAISE: Final = re.compile(
    r"\b(?:is|are) (?:an?|the) (?:\w+ly )?(?:\w+ )?(?:powerful|popular|promising|useful|convenient|"
    r"straightforward|attractive|important|natural|well-known|open-source|consideration)\b"
)


@dataclass(frozen=True, slots=True)
class StatementFeature:
    """A statement with its formulas planned."""

    statement: PicturedStatement
    place: int
    tells: frozenset[int]
    weight: float
    concept_type: ConceptType = "definition"

    def pages(self, stage: Stage) -> Sequence[Page]:
        """Draw the statement; empty if it is too long for the frame or the time."""
        pages = statement_pages(stage.name, self.statement, fraction=stage.fraction)
        return pages if sum(page.seconds for page in pages) <= stage.seconds else []


def find(material: Material) -> Sequence[Feature]:
    """Find the section's statements, the weightiest first."""
    stated = read_statements(material.blocks)
    told = frozenset[int]().union(*(statement.tells for statement in stated))
    defined = [
        definition
        for definition in find_term_definitions(material.blocks, material.section.title)
        if definition.place not in told and _defines(definition)
    ]
    texs = [part.tex for statement in stated for part in statement.parts if part.tex]
    texs += [definition.display.tex for definition in defined if definition.display]
    unique = list(dict.fromkeys(texs))
    plans = dict(zip(unique, plan_formulas(unique, material.typesetter), strict=True))
    in_prose = sorted(_of_definitions(defined, plans), key=_weightiest_first)[:_MOST_IN_PROSE]
    return sorted([*_of_statements(stated, plans), *in_prose], key=_weightiest_first)


def _defines(definition: TermDefinition) -> bool:
    """Tell whether more is said than a name, and what the thing is rather than how good it is."""
    known = set(terms_of(definition.term))
    said = [term for term in terms_of(definition.sentence) if term not in known]
    is_praise = not definition.is_marked and _PRAISE.search(definition.sentence)
    return definition.display is not None or (len(said) >= _FEWEST_SAID and not is_praise)


def _weightiest_first(feature: StatementFeature) -> tuple[float, int]:
    return -feature.weight, feature.place


def _of_statements(
    statements: Sequence[FormalStatement], plans: dict[str, FormulaPlan]
) -> Iterator[StatementFeature]:
    for statement in statements:
        parts = _pictured(statement.parts, plans)
        if parts is None:
            continue
        yield StatementFeature(
            PicturedStatement(
                f"{statement.kind} {statement.number}".strip(),
                statement.name,
                parts,
                _term_in(statement),
            ),
            statement.place,
            statement.tells,
            _WEIGHTS.get(statement.kind, _OTHER_WEIGHT),
        )


def _pictured(
    parts: Sequence[StatementPart], plans: dict[str, FormulaPlan]
) -> tuple[PicturedPart, ...] | None:
    """Plan the parts; None if there is too much to read, or a formula that LaTeX refuses."""
    if sum(len(part.text.split()) for part in parts) > _MOST_WORDS:
        return None
    pictured = [
        PicturedPart(part.role, part.text, plans[part.tex] if part.tex else None) for part in parts
    ]
    refused = any(part.plan is not None and not part.plan.rows for part in pictured)
    return None if refused else tuple(pictured)


def _term_in(statement: FormalStatement) -> str:
    """Return what a definition sets in italics, or its name where that stands in the text."""
    if statement.kind != "Definition":
        return ""
    for part in statement.parts:
        before, star, rest = part.text.partition("*")
        inside, end, _ = rest.partition("*")
        if star and end and inside.strip() and "$" not in inside and before.count("$") % 2 == 0:
            return plain_term(inside)
    return plain_term(statement.name)


def _of_definitions(
    definitions: Sequence[TermDefinition], plans: dict[str, FormulaPlan]
) -> Iterator[StatementFeature]:
    for definition in definitions:
        parts = list(split_roles(definition.sentence))
        weight = _MARKED_WEIGHT if definition.is_marked else _SUBJECT_WEIGHT
        if definition.display is not None:
            role = parts[-1].role
            parts.append(StatementPart(role, "", definition.display.tex))
            if definition.display.explanation:
                parts.append(StatementPart(role, definition.display.explanation))
            weight += _DISPLAY_BONUS
        pictured = _pictured(parts, plans)
        if pictured is None:
            continue
        name = definition.term[:1].upper() + definition.term[1:]
        yield StatementFeature(
            PicturedStatement("Definition", name, pictured, definition.term),
            definition.place,
            definition.tells,
            weight,
        )
