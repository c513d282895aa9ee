"""Judges what a viewer sees of a scene.

`scene_watch` looks on while it is rehearsed: `view` tells what is seen at a moment (glyphs by
`text_labels`), `audit` and `crossing` what is wrong with it.
"""
