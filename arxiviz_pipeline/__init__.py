"""Turns an arXiv paper into one video per section.

The way of the data: `ingest` fetches a paper and splits it into sections, `scenes` writes a
Manim script for each, `rendering` makes videos of them, `storage` keeps everything. `domain`
holds the words they share and imports the standard library only; `defs` is Dagster's view of
it all; `definitions` plugs the parts together, and `cli` is the command line.
"""

__version__ = "0.1.0"
