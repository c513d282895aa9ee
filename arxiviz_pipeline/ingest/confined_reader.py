"""Reads documents nobody has looked into in a child process, within limits of time and memory.

A reader that hangs, dies or takes too much costs its document, never the process that asked.
"""

import json
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from pydantic import TypeAdapter, ValidationError

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper
from arxiviz_pipeline.ingest.reader_worker import ReaderAnswer, ReaderJob
from arxiviz_pipeline.ingest.readers import DocumentKind

_MIB = 1024**2
_COMMAND = (sys.executable, "-I", "-m", "arxiviz_pipeline.ingest.reader_worker")
_ENVIRONMENT = {"LANG": "C.UTF-8", "PATH": "/usr/bin:/bin"}
_SHOWN_CHARACTERS = 500
_ANSWER = TypeAdapter(ReaderAnswer)


@dataclass(frozen=True, slots=True)
class ReaderLimits:
    """What reading one document may take; most papers take a second and 200 MB.

    Attributes:
        processor_seconds: How long it may compute.
        seconds: How long it may take in all: much more, as a machine that renders is busy, and
            nobody shall get a poorer format for that.
        memory_bytes: Address space.
        answer_bytes: Of the paper it finds.
    """

    processor_seconds: int = 30
    seconds: float = 120.0
    memory_bytes: int = 2048 * _MIB
    answer_bytes: int = 32 * _MIB


def read_confined(
    content: bytes, kind: DocumentKind, url: str, limits: ReaderLimits | None = None
) -> ParsedPaper:
    """Read a document as `readers.read` does, in a process of its own.

    Raises:
        PaperFormatError: As `readers.read` does, or if the reader hangs or dies.
    """
    limits = limits or ReaderLimits()
    job = ReaderJob(kind, url, limits.memory_bytes, limits.answer_bytes, limits.processor_seconds)
    with (
        tempfile.TemporaryDirectory(prefix="arxiviz-reader-") as folder,
        (Path(folder) / "answer").open("w+b") as answer,
        (Path(folder) / "said").open("w+b") as said,
    ):
        try:
            ended = subprocess.run(  # noqa: S603 - our own program
                [*_COMMAND, json.dumps(asdict(job))],
                input=content,
                stdout=answer,
                stderr=said,
                cwd=folder,
                env=_ENVIRONMENT | {"HOME": folder, "TMPDIR": folder},
                timeout=limits.seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            message = f"Reading {url} as {kind} was not done after {limits.seconds:g} s."
            raise PaperFormatError(message) from error
        if ended.returncode:
            message = f"The {kind} reader {_how_it_ended(ended.returncode, said)} over {url}."
            raise PaperFormatError(message)
        return _answered(answer, url)


def _answered(file: IO[bytes], url: str) -> ParsedPaper:
    file.seek(0)
    try:
        answer = _ANSWER.validate_json(file.read())
    except ValidationError as error:
        message = f"The reader of {url} gave an answer that is no paper."
        raise PaperFormatError(message) from error
    if answer.paper is None:
        raise PaperFormatError(answer.refusal or f"There is no paper in {url}.")
    return answer.paper


def _how_it_ended(exit_code: int, said: IO[bytes]) -> str:
    if exit_code < 0:
        return f"was killed ({signal.strsignal(-exit_code) or -exit_code})"
    said.seek(0)
    lines = said.read().decode("utf-8", errors="replace").strip().splitlines()
    last = lines[-1][:_SHOWN_CHARACTERS] if lines else "without a word"
    # The document may be quoted in it, and hold what a terminal takes for commands.
    return f"failed ({''.join(sign if sign.isprintable() else ' ' for sign in last)})"
