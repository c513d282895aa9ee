"""Asks fontconfig, as Pango does, which font a name stands for and who has a character."""

import ctypes
import sys
from collections.abc import Callable, Iterator
from ctypes import POINTER, byref, c_char_p, c_int, c_uint32, c_void_p
from typing import Any, Final

_NAME: Final = "libfontconfig.1.dylib" if sys.platform == "darwin" else "libfontconfig.so.1"
_FAMILY: Final = b"family"
_MATCH: Final = 0  # as fontconfig numbers its enumerations
_TRUE: Final = 1
_OWN: Final = None  # the configuration that Pango uses, too


class _FontSet(ctypes.Structure):
    _fields_ = (("count", c_int), ("room", c_int), ("fonts", c_void_p))


class Fontconfig:
    """The library, which is there wherever Pango is."""

    def __init__(self) -> None:
        """Load it.

        Raises:
            OSError: If it is not found.
        """
        library = ctypes.CDLL(_NAME)

        def call(name: str, result: type | None, *arguments: type) -> Callable[..., Any]:
            function = getattr(library, f"Fc{name}")
            function.restype, function.argtypes = result, arguments
            return function

        strings = POINTER(c_char_p)
        self._new_pattern = call("PatternCreate", c_void_p)
        self._end_pattern = call("PatternDestroy", None, c_void_p)
        self._add_string = call("PatternAddString", c_int, c_void_p, c_char_p, c_char_p)
        self._add_flag = call("PatternAddBool", c_int, c_void_p, c_char_p, c_int)
        self._add_charset = call("PatternAddCharSet", c_int, c_void_p, c_char_p, c_void_p)
        self._get_string = call("PatternGetString", c_int, c_void_p, c_char_p, c_int, strings)
        self._new_charset = call("CharSetCreate", c_void_p)
        self._end_charset = call("CharSetDestroy", None, c_void_p)
        self._add_character = call("CharSetAddChar", c_int, c_void_p, c_uint32)
        self._new_names = call("ObjectSetCreate", c_void_p)
        self._end_names = call("ObjectSetDestroy", None, c_void_p)
        self._list = call("FontList", POINTER(_FontSet), c_void_p, c_void_p, c_void_p)
        self._end_list = call("FontSetDestroy", None, POINTER(_FontSet))
        self._substitute = call("ConfigSubstitute", c_int, c_void_p, c_void_p, c_int)
        self._complete = call("DefaultSubstitute", None, c_void_p)
        self._match = call("FontMatch", c_void_p, c_void_p, c_void_p, POINTER(c_int))

    def families_for(self, name: str) -> list[str]:
        """Return the names of the font that text is set in where this one is asked for."""
        pattern = self._new_pattern()
        self._add_string(pattern, _FAMILY, name.encode())
        self._substitute(_OWN, pattern, _MATCH)
        self._complete(pattern)
        found = self._match(_OWN, pattern, byref(c_int()))
        families = list(self._families(found)) if found else []
        for each in filter(None, (pattern, found)):
            self._end_pattern(each)
        return families

    def can_draw(self, character: str) -> bool:
        """Tell whether any font has this character, drawn by outlines, as Manim needs it."""
        characters, pattern, names = self._new_charset(), self._new_pattern(), self._new_names()
        self._add_character(characters, ord(character))
        self._add_charset(pattern, b"charset", characters)
        self._add_flag(pattern, b"outline", _TRUE)
        found = self._list(_OWN, pattern, names)
        has_any = bool(found) and found.contents.count > 0
        if found:
            self._end_list(found)
        self._end_names(names)
        self._end_pattern(pattern)
        self._end_charset(characters)
        return has_any

    def _families(self, font: int) -> Iterator[str]:
        name, place = c_char_p(), 0
        while self._get_string(font, _FAMILY, place, byref(name)) == 0:
            yield (name.value or b"").decode(errors="replace")
            place += 1
