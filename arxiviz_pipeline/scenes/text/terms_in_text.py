"""Marks a term where it stands in a text."""

import re
from dataclasses import replace

from arxiviz_pipeline.scenes.text.inline_math import read_inline
from arxiviz_pipeline.scenes.text.inline_text import InlineText, Run, merged, to_plain


def runs_with_term(text: str, term: str) -> InlineText:
    """Read Markdown, with the first place of a term, in plain text, highlighted and in bold."""
    runs = read_inline(text)
    if not term:
        return runs
    plain = "".join(run.text for run in runs)
    found = re.search(rf"(?<!\w){re.escape(term)}", plain, re.IGNORECASE)
    if found is None:
        return runs
    return merged(_marked(runs, found.start(), found.end()))


def plain_term(term: str) -> str:
    """Write a term as `runs_with_term` looks for it."""
    return to_plain(read_inline(term))


def _marked(runs: InlineText, start: int, end: int) -> list[Run]:
    marked: list[Run] = []
    position = 0
    for run in runs:
        before = max(0, start - position)
        after = max(0, end - position)
        marked += [
            replace(run, text=run.text[:before]),
            replace(run, text=run.text[before:after], bold=True, highlighted=True),
            replace(run, text=run.text[after:]),
        ]
        position += len(run.text)
    return [run for run in marked if run.text]
