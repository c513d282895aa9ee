"""Reads papers out of HTML pages: `parser` is the way in.

`document` opens a page, `notices` refuses what is no paper. LaTeXML's pages are divided by
`sections`, with `front_matter`, their formulas read by `math`; all others by `plain`, after
`plain_headings` and `plain_formulas` have found what divides them. Both write with `markdown`.
"""
