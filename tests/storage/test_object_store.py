"""What every object store does, on a folder and on a real S3 server."""

import pytest

from arxiviz_pipeline.domain.errors import ObjectNotFoundError
from arxiviz_pipeline.domain.ports import ObjectStore


def test_what_is_put_can_be_read_described_and_removed(store: ObjectStore):
    store.put("videos/a.mp4", b"\x00\x01", content_type="video/mp4", immutable=True)
    assert store.get("videos/a.mp4") == b"\x00\x01"
    found = store.head("videos/a.mp4")
    assert found is not None
    assert (found.size_bytes, found.content_type) == (2, "video/mp4")
    store.delete("videos/a.mp4")
    assert store.head("videos/a.mp4") is None


def test_a_second_put_replaces_the_first(store: ObjectStore):
    store.put("a.json", b"one", content_type="application/json")
    store.put("a.json", b"two", content_type="application/json")
    assert store.get("a.json") == b"two"


def test_a_missing_object_is_named(store: ObjectStore):
    with pytest.raises(ObjectNotFoundError, match=r"papers/none\.json"):
        store.get("papers/none.json")
    assert store.head("papers/none.json") is None
    store.delete("papers/none.json")


def test_a_list_holds_the_keys_with_this_prefix_in_order(store: ObjectStore):
    for key in ("papers/b/x.json", "papers/a/x.json", "papers/ab/x.json", "videos/a.mp4"):
        store.put(key, b"1", content_type="application/json")
    assert [found.key for found in store.list("papers/a")] == [
        "papers/a/x.json",
        "papers/ab/x.json",
    ]
    assert len(list(store.list(""))) == 4
    assert list(store.list("nothing/")) == []


@pytest.mark.parametrize("key", ["papers/x y+ü&.json", "a/b/c/d.json"])
def test_keys_of_unusual_letters_work(store: ObjectStore, key: str):
    store.put(key, b"1", content_type="application/json")
    assert store.get(key) == b"1"
    assert [found.key for found in store.list("")] == [key]


def test_a_check_of_a_working_store_passes_and_leaves_nothing(store: ObjectStore):
    store.check()
    assert list(store.list("")) == []
