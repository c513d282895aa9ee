"""Keeps a fault of one rule from costing more than what that rule has to offer."""

import logging
from collections.abc import Iterator
from typing import TypeVar

from arxiviz_pipeline.domain.errors import RenderError

log = logging.getLogger(__name__)

T = TypeVar("T")


def despite_faults(offers: Iterator[T]) -> Iterator[T]:
    """Yield what a rule offers, until it is at its end or fails by a fault of its own.

    Raises:
        RenderError: As the rule does, where LaTeX itself is not to be had.
    """
    try:
        yield from offers
    except RenderError:
        raise
    except Exception:  # whatever it is, the other rules know nothing of it
        log.exception("a rule that mends scripts failed")
