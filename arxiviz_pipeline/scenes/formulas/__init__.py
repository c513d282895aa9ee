"""Takes display formulas apart, tries and measures them, and lays them out."""
