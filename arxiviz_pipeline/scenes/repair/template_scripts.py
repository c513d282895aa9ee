"""Who writes by fixed rules, and what becomes of a fault of theirs."""

import logging
from collections.abc import Callable
from typing import Protocol

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import Paper, SceneScript, Section

log = logging.getLogger(__name__)

WritingRule = Callable[[Paper, Section], SceneScript]


class TemplateScripts(Protocol):
    """Writes scripts by fixed rules: `template.writer`."""

    def write(self, paper: Paper, section: Section) -> SceneScript:
        """Write the best script there is a rule for."""
        ...

    def write_simple(self, paper: Paper, section: Section) -> SceneScript:
        """Write a script with as little as can fail."""
        ...

    def write_title_card(self, paper: Paper, section: Section) -> SceneScript:
        """Write a script that shows the section's title and key points."""
        ...


def written(write: WritingRule, paper: Paper, section: Section) -> SceneScript | Exception:
    """Return the script that a rule writes, or the fault of the rule: a paper is not lost to it.

    Raises:
        RenderError: As the rule does, where LaTeX itself is not to be had.
    """
    try:
        return write(paper, section)
    except RenderError:
        raise
    except Exception as error:  # whatever it is, a plainer script has no part in it
        log.exception("the template writer failed at section %s", section.id)
        return error
