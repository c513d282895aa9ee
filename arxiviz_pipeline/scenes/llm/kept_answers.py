"""Keeps answers in the object store under what was asked, so that no answer is paid twice."""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic_ai import ModelRetry

from arxiviz_pipeline.domain.catalog import llm_answer_key
from arxiviz_pipeline.domain.errors import ObjectNotFoundError, StorageError
from arxiviz_pipeline.domain.ports import ObjectStore

T = TypeVar("T")

log = logging.getLogger(__name__)


class KeptAnswers:
    """Finds answers by all that decides them.

    One that is broken, or that would not be taken today, is as good as none; a store that is down
    costs requests, not scripts.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def find(self, question: Mapping[str, object], load: Callable[[str], T]) -> T | None:
        """Return what was answered to this question, as `load` reads it."""
        key = _key_of(question)
        try:
            kept = self._store.get(key)
        except ObjectNotFoundError:
            return None
        except StorageError as error:
            log.warning("cannot look for an answer of the LLM under %s: %s", key, error)
            return None
        try:
            return load(str(json.loads(kept)["answer"]))
        except (ValueError, KeyError, TypeError, RecursionError, ModelRetry) as error:
            log.warning("the LLM's answer kept under %s is not used: %s", key, error)
            return None

    def keep(self, question: Mapping[str, object], answer: str) -> None:
        """Keep an answer, beside the name of the model that gave it."""
        key = _key_of(question)
        content = json.dumps({"model": question["model"], "answer": answer}).encode()
        try:
            self._store.put(key, content, content_type="application/json")
        except StorageError as error:
            log.warning("cannot keep an answer of the LLM under %s: %s", key, error)


def _key_of(question: Mapping[str, object]) -> str:
    text = json.dumps(question, sort_keys=True, ensure_ascii=True)
    return llm_answer_key(hashlib.sha256(text.encode()).hexdigest())
