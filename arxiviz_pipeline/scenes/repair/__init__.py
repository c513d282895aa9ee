"""Mends scripts by rules, each change told in a sentence; nothing of a script is run here.

- `repair_chain` says what is tried for a failing scene, in which order, and remembers it;
  `template_scripts` are who writes by fixed rules, and may have faults;
- `mender` chooses the next mend by rules: the mildest that has not been tried;
- `text_mends` makes Python of what is not quite Python;
- `script_mends` lists the rules for whole scripts: `name_mends` by the tables of `old_names`,
  `call_mends`, `call_meanings`, `keyword_mends`, and `scene_mends` with the `stand_ins` for lost
  libraries;
- `failure_mends` lists what a failure's message asks for, by what it is about: `name_failures`,
  `argument_failures`, `play_failures`, `place_failures`;
- `formula_mends` tries with LaTeX what it may take, `formula_strings` mends what Python makes of
  TeX's signs, `layout_mends` keeps things on the frame;
- `excision` takes out what nothing mends, with what depends on it;
- `source` edits scripts by their syntax tree and leaves the rest of the text as it is; `faults`
  keeps one rule's from costing the others theirs.
"""
