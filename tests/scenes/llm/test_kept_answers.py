"""What was answered once is not paid again."""

import pytest

from arxiviz_pipeline.domain.errors import StorageUnavailableError
from arxiviz_pipeline.domain.models import Finding, LlmUsage
from arxiviz_pipeline.domain.ports import ObjectStore, StoredObject
from arxiviz_pipeline.storage.folder_store import FolderStore
from tests.scenes.llm.answers import (
    CODE,
    CODE_ANSWER,
    OTHER_CODE,
    OTHER_CODE_ANSWER,
    PLAN,
    ScriptedLlm,
    writer_asking,
)
from tests.scenes.sections import make_paper, make_section

PAPER = make_paper()
SECTION = make_section("A stone falls.")
FAILURE = Finding("exception", "it fell", line=6)


def write_once(store: ObjectStore) -> None:
    llm = ScriptedLlm(PLAN, CODE_ANSWER, OTHER_CODE_ANSWER)
    writer = writer_asking(llm, store)
    writer.revise(PAPER, SECTION, writer.write(PAPER, SECTION), FAILURE, "")


def test_a_script_that_was_written_before_costs_nothing(store: ObjectStore):
    write_once(store)
    again = ScriptedLlm()
    script = writer_asking(again, store, budget_tokens=0).write(PAPER, SECTION)
    assert script.manim_code == CODE
    assert script.llm_usage == LlmUsage("made-up:llm", cached_count=2, cost_usd=0.0)


def test_a_revision_that_was_made_before_costs_nothing(store: ObjectStore):
    write_once(store)
    writer = writer_asking(ScriptedLlm(), store)
    revised = writer.revise(PAPER, SECTION, writer.write(PAPER, SECTION), FAILURE, "")
    assert revised.manim_code == OTHER_CODE
    assert revised.llm_usage is not None
    assert (revised.llm_usage.request_count, revised.llm_usage.cached_count) == (0, 3)


@pytest.mark.parametrize(
    ("text", "identity"), [("Another text.", "scripted"), ("A stone falls.", "another model")]
)
def test_another_section_or_model_is_asked(store: ObjectStore, text: str, identity: str):
    write_once(store)
    llm = ScriptedLlm(PLAN, CODE_ANSWER)
    writer_asking(llm, store, identity=identity).write(PAPER, make_section(text))
    assert len(llm.heard) == 2


def test_another_failure_is_asked_about(store: ObjectStore):
    write_once(store)
    llm = ScriptedLlm(OTHER_CODE_ANSWER)
    writer = writer_asking(llm, store)
    script = writer.write(PAPER, SECTION)
    writer.revise(PAPER, SECTION, script, Finding("latex", "it fell", line=6), "")
    assert len(llm.heard) == 1


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\xff\x00",
        b"[]",
        b'{"answer": 7}',
        b'{"answer": "{}"}',
        b'{"model": "x"}',
        b"[" * 100_000,
        b'{"answer": "```python\\nimport os\\n```"}',
    ],
)
def test_a_kept_answer_that_is_broken_is_asked_for_again(store: ObjectStore, damage: bytes):
    write_once(store)
    keys = [each.key for each in store.list("llm/")]
    assert len(keys) == 3
    for key in keys:
        store.put(key, damage, content_type="application/json")
    llm = ScriptedLlm(PLAN, CODE_ANSWER)
    assert writer_asking(llm, store).write(PAPER, SECTION).manim_code == CODE
    assert len(llm.heard) == 2
    assert writer_asking(ScriptedLlm(), store).write(PAPER, SECTION).manim_code == CODE


class DownStore(FolderStore):
    def get(self, key: str) -> bytes:
        raise StorageUnavailableError(key)

    def put(
        self, key: str, content: bytes, *, content_type: str, immutable: bool = False
    ) -> StoredObject:
        raise StorageUnavailableError(key)


def test_a_store_that_is_down_costs_requests_and_no_script(tmp_path):
    llm = ScriptedLlm(PLAN, CODE_ANSWER)
    assert writer_asking(llm, DownStore(tmp_path)).write(PAPER, SECTION).manim_code == CODE
