"""Makes videos of scene scripts.

`local_renderer` renders on this machine: it runs `worker` for a script (in the keeping of
`process_tree`, within `limits`) and `media_worker` for the movie it leaves (through `media`),
both by `child_program`, in `work_folders`, and talks to them in `jobs`, believing of their answers
what `child_answers` can read. `submitted` takes scripts in without running them. `tex` says what
LaTeX there is, and typesets formulas as Manim does: `mathtex` writes them, `tex_errors` and
`drawing_size` read what comes of it.
"""
