"""Reads the word lists that the tables are written in."""


def words_in(text: str) -> tuple[str, ...]:
    """Split a table at its white space."""
    return tuple(text.split())
