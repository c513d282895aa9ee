"""Ids of sections: the document's own where they can be used, or made from their titles."""

import re

_USABLE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,79}")
_LONGEST_SLUG = 40  # characters


class SectionIds:
    """Gives every section an id of its own: the page's where it can be used, or one made up."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}  # the last number given to repetitions of an id

    def claim(self, wanted: str | None, title: str, order_index: int) -> str:
        """Return an id that nobody has yet."""
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower())[:_LONGEST_SLUG].strip("-")
        base = f"section-{order_index + 1}-{slug}".strip("-")
        if wanted is not None and _USABLE_ID.fullmatch(wanted):
            base = wanted
        claimed = base
        while claimed in self._taken:
            number = self._numbers.get(base, 1) + 1
            self._numbers[base] = number
            claimed = f"{base}-{number}"
        self._taken.add(claimed)
        return claimed
