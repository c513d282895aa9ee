"""Lists of words as they are easiest to read and to mend: as text."""


def words_in(text: str) -> tuple[str, ...]:
    """Split at white space."""
    return tuple(text.split())
