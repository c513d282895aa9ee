"""Reads papers out of PDFs: `parser` is the way in."""
