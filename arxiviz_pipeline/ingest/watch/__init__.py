"""Follows what arXiv announces: `settings` say what, cursors remember how far.

`watch_cursor` is about the feed of each day, `backfill` about days gone by. arXiv is asked by
`ingest.arxiv.announcement_client`; the sensors and `arxiviz watch` bring both together.
"""
