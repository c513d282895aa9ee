"""Makes videos of scene scripts, and tells beforehand what would come of them.

`local_renderer` renders on this machine: it runs `worker` for a script (through `manim_program`,
in the keeping of `process_tree`, within `limits`) and `media_worker` for the movie it leaves
(through `media`), both by `child_program`, in `work_folders`, and talks to them in `jobs`,
believing of their answers what `child_answers` can read. `submitted` takes scripts in without
running them. `tex` says what LaTeX there is, and typesets formulas as Manim does: `mathtex` writes
them, `tex_errors` and `drawing_size` read what comes of it.

`rehearsal` runs scripts without drawing them: it runs `rehearsal_worker`, which forks a process a
script (`forked_scenes`) and there loads it as `worker` does (`scene_loading`, `script_failures`),
but plays it by `undrawn_scene`. `scene_watch` looks on: `layout_view` tells what is seen at a
moment (glyphs by `text_labels`), `layout_audit` and `crossing` what is wrong with it. `manim_api`
asks `manim_api_worker` what names there are.
"""
