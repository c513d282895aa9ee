"""What runs in confined processes, beside code that nobody has read.

`render_task`, `rehearsal_task` and `media_task` are what is asked for. `scene_setting` prepares the
process, `scene_loading` loads the script (which scenes that has, `defined_scenes` tells), and
`scene_host` talks with who asked. `script_failures` tells why a script failed, `failure_kinds` of
what kind that is, and `opengl_scripts` whether it can be drawn at all.
"""
