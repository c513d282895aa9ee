"""Fetches papers and splits them into sections.

`arxiv` asks arXiv, `saved_papers` a folder; `best_document` chooses among a paper's documents.
`parsing` reads each of them in a child process, with the readers of `html`, `latex` and `pdf`;
`formulas` makes what they find compile, `markdown_text` writes it. `watch` finds papers by itself.
"""
