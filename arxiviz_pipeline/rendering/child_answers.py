"""Reads what a child answers and says: a script may have written it, so it may be any bytes."""

import json
import re
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

Form = TypeVar("Form")

_LARGEST_ANSWER_BYTES = 100_000
_LONGEST_MESSAGE = 4000
_LONGEST_NAME = 100
_MOST_NAMES = 100
# All controls but tab and line feed, and what turns the direction of the text that follows.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def read_answer(path: Path, form: type[Form]) -> Form | None:
    """Read an answer, its texts clean; None if there is none, or none of this form."""
    try:
        if not path.is_file():  # a pipe of that name would make us wait
            return None
        with path.open("rb") as file:
            told = json.loads(file.read(_LARGEST_ANSWER_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    return believed_answer(told, form)


def believed_answer(told: object, form: type[Form]) -> Form | None:
    """Return what was told, its texts clean; None if it is not of this form."""
    if not isinstance(told, dict):
        return None
    try:
        texts = {name: clean_message(text) for name, text in told.items() if isinstance(text, str)}
        return TypeAdapter(form).validate_python(told | texts)
    except (ValueError, RecursionError):
        return None


def believed_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return those that can be names of classes, each once, and not too many."""
    fit = (name for name in names if name.isidentifier() and len(name) <= _LONGEST_NAME)
    return tuple(islice(dict.fromkeys(fit), _MOST_NAMES))


def clean_message(text: str) -> str:
    """Make a text fit for JSON, logs and terminals: UTF-8, no control characters, not too long."""
    encodable = text.encode("utf-8", "replace").decode()
    return _CONTROLS.sub("\ufffd", encodable)[:_LONGEST_MESSAGE]
