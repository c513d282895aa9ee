"""Messages for a person: a coloured label, and a text that is shown as it is."""

from rich.text import Text


def labelled(label: str, style: str, message: str) -> Text:
    """Join a label and a message; brackets in either are text, not rich's markup."""
    return Text.assemble((label, style), " ", message)
