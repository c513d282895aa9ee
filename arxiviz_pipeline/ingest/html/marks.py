"""Markdown's marks: what is escaped, how white space settles, how emphasis is put."""

import re

NEWLINE = "\x00"  # a break inside running text, until white space is settled
_MARKUP = re.compile(r"([\\`*$]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?]))")
_BLOCK_MARKUP = re.compile(r"^(#{1,6}\s|>|[-+]\s|\d{1,9}[.)]\s)")
_SPACES = re.compile(r"[ \t\r\f\v\n\u00a0]+")
_INNER_DOLLARS = re.compile(r"(?<!\\)\$([^$]*)(?<!\\)\$")
_UNSAFE_IN_ADDRESS = re.compile(r"[\s<>()\\\[\]]")


def escape(text: str) -> str:
    """Escape the signs that Markdown would take for its own inside a line."""
    return _MARKUP.sub(r"\\\1", text)


def escape_start(paragraph: str) -> str:
    """Escape what would make a heading, a quote or a list of a paragraph."""
    return _BLOCK_MARKUP.sub(r"\\\1", paragraph)


def normalise_spaces(text: str) -> str:
    """Write runs of white space as one space."""
    return _SPACES.sub(" ", text).strip()


def settle(text: str) -> str:
    """Settle the white space of running text, whose breaks become lines."""
    lines = [normalise_spaces(line) for line in text.split(NEWLINE)]
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    """Settle the white space of running text, without its breaks."""
    return settle(text).replace("\n", " ")


def surround(before: str, content: str, after: str) -> str:
    """Put marks right at the words: Markdown knows no emphasis that begins with a space."""
    stripped = content.strip(f" \t\r\n\u00a0{NEWLINE}")
    if not stripped or NEWLINE in stripped:
        return content
    start = content.index(stripped)
    return f"{content[:start]}{before}{stripped}{after}{content[start + len(stripped) :]}"


def without_dollars(tex: str) -> str:
    r"""Write `$…$` inside a formula's text as `\(…\)`: dollars would end the formula."""
    return _INNER_DOLLARS.sub(r"\\(\1\\)", tex)


def link(words: str, address: str) -> str:
    """Write a link."""
    return surround("[", words, f"]({_UNSAFE_IN_ADDRESS.sub('', address)})")


def picture(words: str, address: str) -> str:
    """Write a link to a picture."""
    address = _UNSAFE_IN_ADDRESS.sub(lambda sign: f"%{ord(sign[0]):02X}", address)
    return f"![{re.sub(r'[][]', '', words)}]({address})"
