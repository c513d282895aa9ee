"""Makes videos of scene scripts, and tells beforehand what would come of them.

Scripts run in confined processes (`scene_processes`, by the `sandbox` package), which see of this
machine what `confined_views` names. `local_renderer` has them rendered: `render_task` does it
there, after `scene_setting` has prepared the process and `scene_loading` has loaded the script
(which scenes that has, `defined_scenes` tells);
`script_failures` tells why it failed, and `opengl_scripts` whether it can be drawn at all.
`frame_renderer` draws, `quick_drawing` makes that cheaper, `encoding` makes one movie of the
frames. Files that a script may use are its `assets`; which fonts it lacks, `text_notices` tells (by
`fontconfig`, which `writing_systems` asks, too). What a script has left is read by `media_task`
(through `media`), and of what it says `child_answers` believes what it can; `manim_program` knows
a crash. All of them say in `jobs` what they tell each other.

`tex` typesets formulas as Manim does: `formula_runs` many at a time (if they are `plain_formulas`),
`document_drawing` whatever else a scene asks for while it runs (by `scene_host`, of
`scene_formulas`). `mathtex` writes them; `tex_programs` has `tex_task` run LaTeX confined, by the
formats that `tex_formats` keeps, and `dvi_marks` spares it Ghostscript; `tex_errors` and
`drawing_size` read what comes of it, which the `drawing_shelf` keeps for what is `installed_tex`.

`rehearsal` runs scripts without drawing them: `rehearsal_task` plays them by `undrawn_scene`.
`scene_watch` looks on: `layout_view` tells what is seen at a moment (glyphs by `text_labels`),
`layout_audit` and `crossing` what is wrong with it. `manim_api` asks `manim_api_worker` what
names there are.
"""
