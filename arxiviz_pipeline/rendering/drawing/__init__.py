"""Draws scenes as Manim does, without what it spends beside drawing and encoding.

`frame_renderer` draws movies, by `quick_drawing` and `quick_mobjects`, and `cpu_clock` tells what
that takes; `undrawn_scene` plays rehearsals. Both keep to a `duration_limit`.
"""
