"""Makes videos of scene scripts, and tells beforehand what would come of them.

`local_renderer` has a script rendered, `rehearsal` has it played without drawing, both in confined
processes (`scene_processes`, by the `sandbox` package), which see of this machine what
`confined_views` names. Files that a script may use are its `assets`. What it has left is read
through `media`; of what it says `child_answers` believes what it can, `endings` tells why it says
nothing, and `manim_program` knows a crash. `manim_api` asks `manim_api_worker` what names there
are. All of them say in `jobs` what they tell each other.

confined/
    What runs beside a script: tasks, the script's loading and setting, why it failed.
drawing/
    Manim's renderers, for less: of movies and of rehearsals.
encoding/
    One movie of a scene's frames.
fonts/
    Which fonts there are, and which a scene lacks.
layout/
    What a viewer sees of a scene, and what is wrong with it.
tex/
    Formulas, as Manim draws them.
"""
