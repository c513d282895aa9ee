"""Scenes on Modal: what `modal_app`, deployed there, and `modal_renderer`, here, are made of.

Here, `calls` asks for a scene and keeps what it has asked for, and `waiting` waits for it. There,
`supervisor` makes a sandbox, `stage_program` plays the scene inside, and `outcome` is what comes
back. `patience` is both sides': what is asked again. `image_contents` is what is installed there.
"""
