"""Reads a section's Markdown: blocks, sentences, inline math, and how they are written in Pango."""
