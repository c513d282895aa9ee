"""Writes scene scripts for sections, proves them, and mends those that fail.

- `script_desk` makes a paper's scripts: written, checked and, where they fail, mended;
  `finished_scripts` adds what can be told of them then;
- `template` writes by fixed rules: `outline` chooses what is told, `storyboard` in which pages and
  how long, and `concepts` finds what deserves a picture of its own;
- `llm` lets an LLM write, within a budget;
- `text` and `formulas` read what a section says, `drawing` is what pages are drawn with;
- `gates` proves a script before it is rendered, `repair` mends one that fails.
"""
