"""Proves a script before it is rendered.

- `prover` runs the gates in their order, many scripts at once;
- `policy` reads a script and refuses what no scene may do, by `modules`, `names` and `keywords`;
- `formulas` compiles what `tex_strings` finds spelled out;
- `equations` tells which display equations a script shows, once it is what is rendered;
- `certainty` tells what of a script surely runs: what is wrong elsewhere is a warning.
"""
