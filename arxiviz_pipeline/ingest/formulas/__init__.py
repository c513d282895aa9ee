r"""Makes formulas compile: `cleaning` is the way in.

A formula is cut into `tokens`; `expansion` rewrites what needs packages, by the tables of
`vocabulary`, the languages of `notations` and the formula's own `macros`; `composing` writes it
anew into a `draft`, whose open groups are `frames`, with `commands`, `fences`, `rows` (their
environments: `alignments`) and `characters`. What LaTeX itself knows is in `known_commands`.
"""
