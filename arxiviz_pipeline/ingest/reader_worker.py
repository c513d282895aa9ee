"""The program that reads one document: `python -I -m arxiviz_pipeline.ingest.reader_worker`.

Its arguments are the document's kind and address and the limits; the document comes by standard
input, the answer goes to standard output as JSON. See `confined_reader`.
"""

import json
import resource
import sys
from dataclasses import asdict, dataclass

from arxiviz_pipeline.domain.errors import PaperFormatError
from arxiviz_pipeline.ingest.parsed_paper import ParsedPaper
from arxiviz_pipeline.ingest.readers import DocumentKind, read
from arxiviz_pipeline.processes.limits import limit_resources


@dataclass(frozen=True, slots=True)
class ReaderJob:
    """What to read, and within which limits.

    Attributes:
        memory_bytes: Address space, of which libraries take some 200 MB.
        answer_bytes: How large the answer may become.
        processor_seconds: What is still at work after these is killed, whoever started it.
    """

    kind: DocumentKind
    url: str
    memory_bytes: int
    answer_bytes: int
    processor_seconds: int


@dataclass(frozen=True, slots=True)
class ReaderAnswer:
    """What came of it: a paper, or why there is none."""

    paper: ParsedPaper | None = None
    refusal: str | None = None


def main() -> None:
    """Read one document within the limits; a fault of the reader's ends the program."""
    job = ReaderJob(**json.loads(sys.argv[1]))
    limit_resources(job.memory_bytes, job.answer_bytes)
    resource.setrlimit(resource.RLIMIT_CPU, (job.processor_seconds, job.processor_seconds + 1))
    content = sys.stdin.buffer.read()
    try:
        answer = ReaderAnswer(paper=read(content, job.kind, job.url))
    except PaperFormatError as error:
        answer = ReaderAnswer(refusal=str(error))
    # Half a surrogate pair may come out of a broken document, and is no text.
    sys.stdout.buffer.write(json.dumps(asdict(answer), ensure_ascii=False).encode(errors="replace"))


if __name__ == "__main__":
    main()
