"""What is special about the folder."""

from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import ObjectNotFoundError, StorageUnavailableError
from arxiviz_pipeline.storage.folder_store import FolderStore


@pytest.mark.parametrize("key", ["../outside", "a/../../outside", "/etc/passwd", "", "a\0b"])
def test_no_key_leaves_the_folder(tmp_path: Path, key: str):
    (tmp_path / "outside").write_text("secret")
    store = FolderStore(tmp_path / "objects")
    with pytest.raises(ObjectNotFoundError, match="no object key"):
        store.get(key)
    with pytest.raises(ObjectNotFoundError, match="no object key"):
        store.put(key, b"", content_type="text/plain")


def test_an_object_is_a_file_and_has_no_address(tmp_path: Path):
    store = FolderStore(tmp_path)
    store.put("a/b.mp4", b"1", content_type="video/mp4")
    path = store.path("a/b.mp4")
    assert path is not None
    assert path.read_bytes() == b"1"
    assert store.url("a/b.mp4") is None


def test_a_store_that_cannot_be_written_says_so_and_how_to_mend_it(tmp_path: Path):
    blocker = tmp_path / "objects"
    blocker.write_text("a file where the folder should be")
    store = FolderStore(blocker)
    with pytest.raises(StorageUnavailableError, match="ARXIVIZ_HOME"):
        store.put("a/b.json", b"1", content_type="application/json")
    with pytest.raises(StorageUnavailableError, match="ARXIVIZ_HOME"):
        store.check()


def test_a_put_that_fails_leaves_the_old_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    store = FolderStore(tmp_path)
    store.put("a.json", b"old", content_type="application/json")
    # A limit on file size is the portable way to a full disk.
    import resource
    import signal

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        with pytest.raises(StorageUnavailableError, match="File too large"):
            store.put("a.json", b"x" * 100_000, content_type="application/json")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    assert store.get("a.json") == b"old"
    assert [found.key for found in store.list("")] == ["a.json"]
