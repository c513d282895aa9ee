import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arxiviz_pipeline.domain.catalog import answer_key
from arxiviz_pipeline.ingest.arxiv.answer import Answer
from arxiviz_pipeline.ingest.arxiv.answer_cache import AnswerCache
from arxiviz_pipeline.storage.folder_store import FolderStore

URL = "https://arxiv.org/html/2601.00001v3"
ANSWER = Answer(URL, 200, "text/html", b"line\nline\n\x00\xff", None, "utf-8", '"1"', "today")


def sealed(whole: bytes) -> bytes:
    return b"%08x\n" % zlib.crc32(whole) + whole


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path)


def test_an_answer_is_found_as_it_was_kept(store: FolderStore):
    AnswerCache(store, clock=lambda: 100.0).keep(ANSWER)
    kept = AnswerCache(store, clock=lambda: 160.0).find(URL)
    assert kept is not None
    assert (kept.answer, kept.age_seconds) == (ANSWER, 60.0)
    assert kept.is_fresh(lambda _: 61.0)
    assert not kept.is_fresh(lambda _: 60.0)


def test_an_answer_of_the_future_is_not_fresh(store: FolderStore):
    AnswerCache(store, clock=lambda: 100.0).keep(ANSWER)
    kept = AnswerCache(store, clock=lambda: 40.0).find(URL)
    assert kept is not None
    assert not kept.is_fresh(lambda _: 1e9)


def test_an_address_that_was_not_asked_has_no_answer(store: FolderStore):
    assert AnswerCache(store).find(URL) is None


def test_an_answer_under_a_wrong_key_is_none(store: FolderStore):
    cache = AnswerCache(store)
    cache.keep(ANSWER)
    other = "https://arxiv.org/html/2601.00002v1"
    store.put(answer_key(other), store.get(answer_key(URL)), content_type="text/plain")
    assert cache.find(other) is None


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\n",
        b"00000000\n",
        sealed(b""),
        sealed(b"{}\n"),
        sealed(b"null\ntext"),
        sealed(b"\xff\xfe\n"),
        sealed(b"[" * 100_000),
    ],
)
def test_a_broken_object_is_as_good_as_none(store: FolderStore, broken: bytes):
    store.put(answer_key(URL), broken, content_type="text/plain")
    assert AnswerCache(store).find(URL) is None


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255), length=st.integers(0, 10_000))
def test_a_damaged_object_is_never_given_as_an_answer(
    tmp_path_factory: pytest.TempPathFactory, place: int, byte: int, length: int
):
    store = FolderStore(tmp_path_factory.mktemp("store"))
    cache = AnswerCache(store, clock=lambda: 0.0)
    cache.keep(ANSWER)
    whole = store.get(answer_key(URL))
    damaged = bytearray(whole[: length % len(whole)])
    if damaged:
        damaged[place % len(damaged)] ^= byte
    store.put(answer_key(URL), bytes(damaged), content_type="text/plain")
    found = cache.find(URL)
    assert found is None or found.answer == ANSWER
