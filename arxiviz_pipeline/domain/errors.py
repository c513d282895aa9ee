"""Every error arxiviz raises on purpose.

::

    ArxivizError
    ├── InvalidArxivIdError        the text is no arXiv id
    ├── PaperSourceError
    │   ├── PaperNotFoundError     arXiv has no such paper
    │   │   ├── VersionNotFoundError   it has the paper, but not this version
    │   │   └── NotAnnouncedError      the id is of these days: it may have it soon
    │   ├── PaperWithdrawnError    the authors took it back, and left nothing to read
    │   ├── LicenceError           its licence does not allow what this installation does
    │   ├── PaperFormatError       the paper exists, but in no format that can be read
    │   ├── MalformedAnswerError   an answer arrived that is not what arXiv documents
    │   ├── RateLimitedError       arXiv asks to wait
    │   └── SourceUnavailableError arXiv cannot be reached, or fails
    ├── RenderError                a script gave no video; has a kind, a message and a line
    ├── SubmissionError            scenes that were handed in cannot be taken
    ├── NothingSubmittedError      none are handed in that could be taken back
    ├── PaperBusyError             a run is at the paper, and would not see a change of it
    ├── WritingError               the LLM gave no script; has what was spent on it
    ├── StorageError
    │   ├── ObjectNotFoundError    no object under this key
    │   └── StorageUnavailableError  the store refuses to read or write
    ├── ServiceError               a process that arxiviz started does not run
    └── ConfigurationError         a setting cannot work as given
"""

from typing import ClassVar, Literal

from arxiviz_pipeline.domain.llm_usage import LlmUsage

RenderErrorKind = Literal[
    "syntax",  # Python cannot parse the script
    "no_scene",  # no Scene subclass, or not the one asked for
    "import",  # a module is missing
    "latex",  # LaTeX refuses a formula
    "missing_asset",  # a file that the script uses is not among those it is given
    "opengl",  # the script is made for Manim's OpenGL renderer
    "name",  # it uses a name, a method or an attribute that is not there
    "argument",  # it calls something with arguments that this does not take
    "exception",  # it raised anything else
    "input",  # it asks for input, and nobody is there to answer
    "exit",  # it ends the program itself
    "forbidden",  # it asks for what its sandbox refuses: network, programs, others' files
    "memory",  # it needs more memory than it may have
    "disk",  # it writes more than it may
    "processes",  # it starts more processes or threads than it may
    "cpu",  # it uses more processor time than it may
    "timeout",  # the wall-time limit ended it
    "duration",  # the video would be longer than it may be
    "crash",  # a signal ended its process
    "no_frames",  # it ended, and left no video that plays
    "cancelled",  # the caller ended it
    "unavailable",  # the renderer itself cannot work, whatever the script
]


class ArxivizError(Exception):
    """The root of the tree.

    Attributes:
        code: The error's name for programs; the REST API answers with it.
    """

    code: ClassVar[str] = "FAILED"


class InvalidArxivIdError(ArxivizError, ValueError):
    """The text is not an arXiv identifier."""

    code = "INVALID_ARXIV_ID"


class PaperSourceError(ArxivizError):
    """A paper could not be had."""


class PaperNotFoundError(PaperSourceError):
    """No such paper, or no such version of it."""

    code = "PAPER_UNKNOWN"


class VersionNotFoundError(PaperNotFoundError):
    """The paper exists, but not in this version."""

    code = "VERSION_NOT_FOUND"


class NotAnnouncedError(PaperNotFoundError):
    """No such paper, but an id that arXiv may give out, or announce, in the next days."""

    code = "PAPER_NOT_ANNOUNCED"


class PaperWithdrawnError(PaperSourceError):
    """The paper's authors have withdrawn this version, and there is nothing in it to read."""

    code = "PAPER_WITHDRAWN"


class LicenceError(PaperSourceError):
    """The paper's licence does not allow what this installation is set to do with papers."""

    code = "LICENCE_FORBIDS"


class PaperFormatError(PaperSourceError):
    """The paper exists, but in no format that can be read."""

    code = "PAPER_UNREADABLE"


class MalformedAnswerError(PaperSourceError):
    """An answer arrived that is not what the service documents."""

    code = "MALFORMED_ANSWER"


class RateLimitedError(PaperSourceError):
    """The service asks to wait."""

    code = "ARXIV_RATE_LIMITED"

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class SourceUnavailableError(PaperSourceError):
    """The service cannot be reached, or fails."""

    code = "ARXIV_UNAVAILABLE"


class RenderError(ArxivizError):
    """A scene script gave no video.

    Attributes:
        kind: What sort of failure it was.
        message: What happened, in one or a few lines.
        line: The line of the script, counted from 1, where it is known.
        cost_usd: What the render cost all the same, where that is paid for by the second.

    `advice` says what to do about it, and shows the lines around.
    """

    code = "RENDER_FAILED"

    def __init__(
        self,
        kind: RenderErrorKind,
        message: str,
        line: int | None = None,
        cost_usd: float | None = None,
    ) -> None:
        super().__init__(message if line is None else f"line {line}: {message}")
        self.kind: RenderErrorKind = kind
        self.message = message
        self.line = line
        self.cost_usd = cost_usd


class SubmissionError(ArxivizError):
    """Scenes that somebody handed in for a paper cannot be taken as they are.

    Attributes:
        section_ids: The sections that the paper has, where one was named that it has not.
    """

    code = "INVALID_SUBMISSION"

    def __init__(self, message: str, section_ids: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.section_ids = section_ids


class NothingSubmittedError(ArxivizError):
    """Scenes were to be taken back where none is handed in."""

    code = "SUBMISSION_NOT_FOUND"


class PaperBusyError(ArxivizError):
    """A run is at the paper, and would not see a change of it."""

    code = "PAPER_BUSY"


class WritingError(ArxivizError):
    """The LLM wrote no script that can be used; the template writer can do without it.

    Attributes:
        usage: What was spent before it came to that; None if nothing was asked.
    """

    code = "WRITING_FAILED"

    def __init__(self, message: str, usage: LlmUsage | None = None) -> None:
        super().__init__(message)
        self.usage = usage


class StorageError(ArxivizError):
    """The object store did not do what was asked."""

    code = "STORAGE_UNAVAILABLE"


class ObjectNotFoundError(StorageError):
    """No object under this key."""


class StorageUnavailableError(StorageError):
    """The store cannot be reached, or refuses to read or write."""


class ServiceError(ArxivizError):
    """A process that arxiviz started does not run."""


class ConfigurationError(ArxivizError):
    """A setting cannot work as given."""

    code = "MISCONFIGURED"
