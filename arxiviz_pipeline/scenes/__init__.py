"""Writes scene scripts for sections.

From a section to its script, in order:

- `section_text` reads the Markdown, with `sentences` and `inline_math` (styled by `inline_text`);
- `formula_planning` tries and measures formulas, with `formula_splitting` and `formula_layout`;
- `outline` chooses what is told, `storyboard` in which pages and how long;
- `title_pages`, `point_pages` and `formula_pages` lay pages out on the `frame`, as `shots`;
- `script_code` writes the Python, `template_writer` the whole script, and `checks` checks it.
"""
