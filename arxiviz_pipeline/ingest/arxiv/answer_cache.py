"""Keeps answers in the object store, so that nobody is asked for the same thing too soon.

Own, because how long an answer is good for is told by what it is (a paper's version never changes)
and not by HTTP's headers, and because an answer from here must not cost a turn of the pace.
"""

import json
import logging
import time
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace

from arxiviz_pipeline.domain.catalog import answer_key
from arxiviz_pipeline.domain.errors import ObjectNotFoundError, StorageError
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.ingest.arxiv.answer import Answer, Freshness

_CONTENT_TYPE = "application/octet-stream"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer, and how old it is."""

    answer: Answer
    age_seconds: float

    def is_fresh(self, freshness: Freshness) -> bool:
        """Tell whether the answer may be given again without asking."""
        return 0.0 <= self.age_seconds < freshness(self.answer)


class AnswerCache:
    """Finds answers by their address.

    An object is a checksum, one line of JSON, then the content as it came. One that is broken is as
    good as none, and a store that is down costs requests, not papers: what follows tells of it.
    """

    def __init__(self, store: ObjectStore, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock

    def find(self, url: str) -> KeptAnswer | None:
        """Return what was answered last at this address, however old."""
        try:
            kept = self._store.get(answer_key(url))
        except ObjectNotFoundError:
            return None
        except StorageError as error:
            log.warning("cannot look for an answer of %s: %s", url, error)
            return None
        try:
            answer, moment = _unpack(kept)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            log.warning("the kept answer of %s is broken: %s", url, error)
            return None
        return KeptAnswer(answer, self._clock() - moment) if answer.url == url else None

    def keep(self, answer: Answer) -> None:
        """Keep an answer as of now, in place of an earlier one."""
        content = _pack(answer, self._clock())
        try:
            self._store.put(answer_key(answer.url), content, content_type=_CONTENT_TYPE)
        except StorageError as error:
            log.warning("cannot keep the answer of %s: %s", answer.url, error)


def _pack(answer: Answer, moment: float) -> bytes:
    head = asdict(replace(answer, content=b"")) | {"content": None, "moment": moment}
    whole = json.dumps(head).encode() + b"\n" + answer.content
    return b"%08x\n" % zlib.crc32(whole) + whole


def _unpack(kept: bytes) -> tuple[Answer, float]:
    checksum, _, whole = kept.partition(b"\n")
    if int(checksum, 16) != zlib.crc32(whole):
        message = f"its {len(whole)} bytes don't fit their checksum"
        raise ValueError(message)
    line, _, content = whole.partition(b"\n")
    head = json.loads(line)
    told = {field.name: head[field.name] for field in fields(Answer)}
    return Answer(**{**told, "content": content}), float(head["moment"])
