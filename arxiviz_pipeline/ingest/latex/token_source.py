"""Where tokens come from: files, one read within the other, and what macros put before them."""

from collections.abc import Iterable

from arxiviz_pipeline.ingest.latex.lexer import Lexer

MOST_TOKENS = 2_000_000  # about 10 MB of text
_LONGEST_OPTION = 5_000  # tokens
_LONGEST_PENDING = 1_000_000  # tokens
_SHORTEST_OPTION = 50  # tokens, where many before were not closed
_MOST_UNCLOSED = 20


class TokenSource:
    """Gives tokens one by one, or arguments of them.

    Attributes:
        lexer: The file being read.
        pending: What is to be read before it goes on, the next token last.
        outer: The files it is read within, each with what is pending there.
    """

    def __init__(self) -> None:
        self.lexer = Lexer("", "")
        self.pending: list[str] = []
        self.outer: list[tuple[Lexer, list[str]]] = []
        self._token_count = 0
        self._unclosed_count = 0

    def open(self, lexer: Lexer) -> None:
        """Read a file before what is still to be read."""
        self.outer.append((self.lexer, self.pending))
        self.lexer, self.pending = lexer, []

    @property
    def open_file_count(self) -> int:
        """How many files are being read, one from within the other."""
        return len(self.outer)

    def is_open(self, name: str) -> bool:
        """Tell whether this file is being read, and cannot be read inside itself."""
        return name == self.lexer.name or any(name == lexer.name for lexer, _ in self.outer)

    def leave_file(self) -> None:
        """Leave the rest of this file unread."""
        if self.outer:
            self.lexer, self.pending = self.outer.pop()
        else:
            self.lexer.end()
            self.pending = []

    def at_lexer(self) -> bool:
        """Tell whether the next token comes right from a file, and not out of a macro."""
        return not self.pending

    def next_raw(self) -> str | None:
        """Return the next token as it stands; None at the end."""
        while True:
            if self.pending:
                return self.pending.pop()
            self._token_count += 1
            token = self.lexer.next() if self._token_count < MOST_TOKENS else None
            if token is not None:
                return token
            if not self.outer:
                return None
            self.lexer, self.pending = self.outer.pop()

    def push(self, tokens: Iterable[str]) -> None:
        """Put tokens before what is still to be read."""
        if len(self.pending) < _LONGEST_PENDING:
            self.pending.extend(reversed(tuple(tokens)))

    def next_filled(self) -> str | None:
        """Return the next token that is no space."""
        token = self.next_raw()
        while token == " ":
            token = self.next_raw()
        return token

    def next_character(self) -> str | None:
        """Return the next token, a run's first character alone."""
        token = self.next_raw()
        if token is not None and len(token) > 1 and token[0] not in "\\#\0":
            self.pending.append(token[1:])
            return token[0]
        return token

    def argument(self) -> list[str]:
        """Read an argument without the braces around it."""
        token = self.next_filled()
        if token == "{":
            return self.rest_of_group()
        if token is None:
            return []
        if token == "}":
            self.pending.append(token)
            return []
        self.pending.append(token)
        character = self.next_character()
        return [] if character is None else [character]

    def rest_of_group(self) -> list[str]:
        """Read up to the brace that closes the group just opened."""
        found: list[str] = []
        depth = 1
        while (token := self.next_raw()) is not None:
            if token == "{":
                depth += 1
            elif token == "}":
                depth -= 1
                if depth == 0:
                    break
            found.append(token)
        return found

    def option(self, opening: str = "[", closing: str = "]") -> list[str] | None:
        """Read an optional argument, None if there is none."""
        token = self.next_raw()
        has_space = token == " "
        token = self.next_filled() if has_space else token
        if token is None:
            return None
        if not token.startswith(opening):
            self.push([" ", token] if has_space else [token])
            return None
        read = [token[1:]] if token[1:] else []
        self.push(read)
        return self._until_sign(closing, opening)

    def _until_sign(self, closing: str, opening: str) -> list[str] | None:
        found: list[str] = []
        depth = 0
        is_hopeless = self._unclosed_count > _MOST_UNCLOSED
        longest = _SHORTEST_OPTION if is_hopeless else _LONGEST_OPTION
        while (token := self.next_raw()) is not None and len(found) < longest:
            depth += (token == "{") - (token == "}")
            if depth < 0:
                self.pending.append(token)
                break
            if depth == 0 and token[0] not in "\\#" and closing in token:
                before, _, after = token.partition(closing)
                self.push([after] if after else [])
                return [*found, before] if before else found
            found.append(token)
        self._unclosed_count += 1
        self.push([opening, *found, *([token] if token and token != "}" else [])])
        return None

    def star(self) -> bool:
        """Read a star if one stands next."""
        token = self.next_filled()
        if token is None:
            return False
        if token[0] != "*":
            self.pending.append(token)
            return False
        self.push([token[1:]] if token[1:] else [])
        return True
