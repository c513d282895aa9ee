"""Facts about sections: a role by its title, and which deserve a video."""

import re
from collections.abc import Sequence

from arxiviz_pipeline.domain.models import Role, Section

_REFERENCES = re.compile(r"(references?|bibliography|literature cited|works cited)", re.IGNORECASE)
_ACKNOWLEDGEMENTS = re.compile(
    r"(acknowledge?ments?|acknowledg(e?)ments? and .*|funding|thanks)", re.IGNORECASE
)
_BACK_MATTER = re.compile(
    r"((about the )?authors?|author contributions?|(foot|end)notes?|(conflicts?|declarations?) of "
    r"(competing )?interests?|competing interests?|(data|code)( and (data|code))? availability"
    r"|supplementary (material|information)s?)",
    re.IGNORECASE,
)
_ABSTRACT = re.compile(r"abstract", re.IGNORECASE)
_TRIMMED = " .:*\t\n"
_SHORTEST_TEXT = 400  # characters: less makes no scene worth watching without a formula


def role_of_title(title: str) -> Role:
    """Tell a section's role from its whole title: 'Cross-references in hypertext' is body."""
    bare = title.strip(_TRIMMED)
    if _REFERENCES.fullmatch(bare):
        return "references"
    if _ACKNOWLEDGEMENTS.fullmatch(bare):
        return "acknowledgements"
    if _ABSTRACT.fullmatch(bare):
        return "abstract"
    return "body"


def sections_worth_a_video(sections: Sequence[Section]) -> list[Section]:
    """Choose the sections that get a scene, in reading order.

    Every body or appendix section with a display equation does; of those without, the body
    sections with enough text to tell something of the paper, which back matter does not. An
    abstract does where it is all there is.
    """
    if all(section.role == "abstract" for section in sections):
        return list(sections)
    return [section for section in sections if _is_worth_a_video(section)]


def _is_worth_a_video(section: Section) -> bool:
    if section.role not in ("body", "appendix"):
        return False
    if section.equations:
        return True
    if section.role == "appendix" or _BACK_MATTER.fullmatch(section.title.strip(_TRIMMED)):
        return False
    return len(section.content) >= _SHORTEST_TEXT
