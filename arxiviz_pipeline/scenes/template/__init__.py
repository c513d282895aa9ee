"""Writes scripts by fixed rules from a section's own words and formulas."""
