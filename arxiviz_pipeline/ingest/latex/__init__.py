"""Reads papers out of LaTeX sources: `parser` is the way in."""
