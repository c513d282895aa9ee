"""Typesets formulas as Manim does.

The `typesetter` has them drawn: `formula_runs` many at a time (if they are `plain_formulas`),
`document_drawing` whatever else a scene asks for while it runs, of which `scene_formulas` hears.
`mathtex` writes them; `programs` has `task` run LaTeX confined, by the `formats` that are kept, and
`dvi_marks` spares it Ghostscript; `errors` and `drawing_size` read what comes of it, which the
`drawing_shelf` keeps for what is `installed`.
"""
