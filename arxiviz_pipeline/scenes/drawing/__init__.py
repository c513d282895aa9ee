"""What every page is drawn with: palette, frame, text, shots, and the Python of a script."""
