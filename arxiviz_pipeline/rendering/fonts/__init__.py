"""Tells which fonts there are, and which a scene lacks.

`fontconfig` is asked for them, `writing_systems` tells what can be written in them, and `notices`
which a scene asks for in vain.
"""
