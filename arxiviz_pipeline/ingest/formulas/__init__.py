r"""Makes formulas compile: `cleaning` is the way in.

A formula is cut into `tokens`. `expansion` rewrites what needs packages: by the tables of
`vocabulary`, by the formula's own `macros`, and by the ways of `notations` (physics, siunitx,
mhchem), of `plain_tex`, and of boxes that draw signs (`box_commands`, told by `boxes` and
`math_codes`). `composing` writes it anew into a `draft`, whose open groups are `frames`, with
`commands`, `fences`, `rows` (their environments: `alignments`) and `characters`. What LaTeX
itself knows is in `known_commands`.
"""
