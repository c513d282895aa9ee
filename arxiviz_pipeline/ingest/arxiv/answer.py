"""What a server answered, and how long an answer is good for."""

from collections.abc import Callable
from dataclasses import dataclass

_SHOWN_BYTES = 80


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered, read to its end.

    Attributes:
        status: Below 500 and not 429; redirects are not followed.
        media_type: In lower case, without parameters; empty if not told.
        content: Without the compression of the way.
        location: Where a redirect points, as an absolute address.
        charset: In lower case; empty if not told.
        etag: The server's mark of this content, for asking whether it changed.
        last_modified: As etag: a date, as the server writes it.
    """

    url: str
    status: int
    media_type: str
    content: bytes
    location: str | None
    charset: str = ""
    etag: str = ""
    last_modified: str = ""

    @property
    def beginning(self) -> str:
        """The first few characters, for messages."""
        return self.content[:_SHOWN_BYTES].decode("utf-8", errors="replace")


Freshness = Callable[[Answer], float]
"""For how many seconds an answer may be given again without asking."""
