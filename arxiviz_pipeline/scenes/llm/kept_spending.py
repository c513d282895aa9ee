"""Keeps what a paper has cost beside its scripts, so that its budget is the same in each run."""

import logging

from pydantic import TypeAdapter, ValidationError

from arxiviz_pipeline.domain.catalog import llm_spending_key
from arxiviz_pipeline.domain.errors import ObjectNotFoundError, StorageError
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.scenes.llm.budget import Spending

log = logging.getLogger(__name__)

_SPENDING = TypeAdapter(Spending)


class KeptSpending:
    """What papers have cost, in the object store.

    A store that is down costs no script: the budget is then that of this process alone.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def read(self, arxiv_id: str) -> Spending:
        """Return what a paper has cost up to now; nothing if that cannot be told."""
        key = llm_spending_key(ArxivId.parse(arxiv_id))
        try:
            return _SPENDING.validate_json(self._store.get(key))
        except ObjectNotFoundError:
            return Spending()
        except (StorageError, ValidationError) as error:
            log.warning("cannot read what the LLM has cost under %s: %s", key, error)
            return Spending()

    def write(self, arxiv_id: str, spending: Spending) -> None:
        """Note what a paper has cost up to now."""
        key = llm_spending_key(ArxivId.parse(arxiv_id))
        content = _SPENDING.dump_json(spending)
        try:
            self._store.put(key, content, content_type="application/json")
        except StorageError as error:
            log.warning("cannot keep what the LLM has cost under %s: %s", key, error)
