"""Makes a scene's frames one H.264 movie, for less than Manim's partial movies cost.

`scene_files` takes frames and sound in Manim's stead; `frame_planes` converts what has changed of
a frame, `frame_encoder` encodes frames and holds them by `held_frames`, which writes its bits by
`bits`. `soundtrack` adds the sound.
"""
