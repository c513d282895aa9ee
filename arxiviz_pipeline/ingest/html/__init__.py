"""Reads papers out of HTML pages: `parser` is the way in."""
