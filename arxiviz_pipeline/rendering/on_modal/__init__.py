"""Scenes on Modal: what `modal_app`, deployed there, and `modal_renderer`, here, are made of.

`calls` asks for a scene and waits for it; `stage_program` plays it, in a sandbox that the app
makes; `outcome` is what comes back.
"""
