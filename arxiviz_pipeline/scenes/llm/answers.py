"""What an LLM's answers must be; those that are not go back to it with the reason."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_ai import ModelRetry, TextOutput
from pydantic_ai.output import OutputSpec

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.domain.models import Beat, ConceptType
from arxiviz_pipeline.domain.scene_classes import find_scene_classes, parse_script

MOST_WORDS_PER_SECOND: Final = 3.0
SHORTEST_SECONDS: Final = 15.0
LONGEST_SECONDS: Final = 60.0
MOST_CODE_CHARACTERS: Final = 40_000

_ROUNDING = 0.05
_CODE_BLOCK = re.compile(
    r"^```[ \t]*(?:python|py)?[ \t]*\n(.*?)^```[ \t]*$", re.DOTALL | re.MULTILINE
)
_WHITE_SPACE = re.compile(r"\s+")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AnswerForm(Generic[T]):
    """How an answer is asked for, kept and read again.

    Attributes:
        output_type: What pydantic-ai is to make of the LLM's answer.
        dump: Writes an answer down.
        load: Reads it again; raises ValueError or ModelRetry if it is not as it must be.
    """

    output_type: OutputSpec[T]
    dump: Callable[[T], str]
    load: Callable[[str], T]


class BeatAnswer(BaseModel):
    """One beat: what is said while one thing is shown."""

    model_config = ConfigDict(extra="forbid")

    narration: str = Field(
        description="One sentence, as it is spoken: plain words, no LaTeX, no Markdown.",
        min_length=3,
        max_length=300,
    )
    seconds: float = Field(description="How long the beat lasts.", ge=2, le=20)
    shows: str = Field(
        description="What is seen meanwhile, in a few plain words.", min_length=3, max_length=200
    )

    @field_validator("narration", "shows")
    @classmethod
    def _is_plain(cls, text: str) -> str:
        if "\\" in text or "$" in text:
            message = "Say formulas in words: LaTeX cannot be read out."
            raise ValueError(message)
        return _WHITE_SPACE.sub(" ", text).strip()

    @model_validator(mode="after")
    def _can_be_followed(self) -> "BeatAnswer":
        word_count = len(self.narration.split())
        needed = word_count / MOST_WORDS_PER_SECOND
        if needed > self.seconds + _ROUNDING:
            message = (
                f"{word_count} words need {needed:.1f} seconds, not {self.seconds:g}: "
                "say less, or give them more time."
            )
            raise ValueError(message)
        return self


class StoryboardAnswer(BaseModel):
    """A scene's plan."""

    model_config = ConfigDict(extra="forbid")

    concept_type: ConceptType = Field(description="What kind of scene tells this section best.")
    concept: str = Field(
        description="What the scene is about, in at most eight plain words.",
        min_length=3,
        max_length=100,
    )
    beats: list[BeatAnswer] = Field(min_length=3, max_length=12)

    @field_validator("concept")
    @classmethod
    def _on_one_line(cls, text: str) -> str:
        return _WHITE_SPACE.sub(" ", text).strip()

    @model_validator(mode="after")
    def _has_a_good_length(self) -> "StoryboardAnswer":
        seconds = sum(beat.seconds for beat in self.beats)
        if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
            message = (
                f"The beats last {seconds:g} seconds together; "
                f"it must be {SHORTEST_SECONDS:g} to {LONGEST_SECONDS:g}."
            )
            raise ValueError(message)
        return self

    def to_beats(self) -> tuple[Beat, ...]:
        """Return the beats as the rest of the pipeline knows them."""
        return tuple(Beat(each.narration, each.seconds, each.shows) for each in self.beats)


STORYBOARD: Final[AnswerForm[StoryboardAnswer]] = AnswerForm(
    output_type=StoryboardAnswer,
    dump=StoryboardAnswer.model_dump_json,
    load=StoryboardAnswer.model_validate_json,
)


def code_form(scene_name: str | None = None, former_code: str | None = None) -> AnswerForm[str]:
    r"""Return the form of a script's code: a program in a text, not a string in JSON.

    LaTeX is full of backslashes, which JSON wants doubled; an LLM that forgets one writes
    another formula (`\frac` becomes a form feed and `rac`), and nobody notices.
    """

    def read(text: str) -> str:
        return read_code(text, scene_name, former_code)

    return AnswerForm(output_type=TextOutput(read), dump=_same, load=read)


def read_code(text: str, scene_name: str | None = None, former_code: str | None = None) -> str:
    """Take the program out of an answer.

    Raises:
        ModelRetry: If it is not one module with one scene, of this name where one was asked for;
            or if it is the code that failed before.
    """
    blocks: list[Any] = _CODE_BLOCK.findall(text.replace("\r\n", "\n"))
    code = str(max(blocks, key=len) if blocks else text).strip() + "\n"
    if len(code) > MOST_CODE_CHARACTERS:
        message = f"The module has {len(code)} characters; it may have {MOST_CODE_CHARACTERS}."
        raise ModelRetry(message)
    if former_code is not None and code.strip() == former_code.strip():
        message = "This is the module that failed, unchanged. Mend what it failed by."
        raise ModelRetry(message)
    _check_scene(code, scene_name)
    return code


def _check_scene(code: str, scene_name: str | None) -> None:
    try:
        found = find_scene_classes(parse_script(code))
    except RenderError as error:
        message = f"Python cannot parse the module: {error}. Answer with one ```python block."
        raise ModelRetry(message) from error
    if len(found.leaves) != 1 or scene_name not in (None, *found.leaves):
        scenes = ", ".join(found.leaves) or "none"
        message = f"The module's one Scene subclass must be the one asked for; it has: {scenes}."
        raise ModelRetry(message)


def _same(code: str) -> str:
    return code
