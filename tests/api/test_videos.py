from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.main import create_app
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.ports import StoredObject
from arxiviz_pipeline.storage.folder_store import FolderStore
from tests.api.conftest import installed
from tests.api.pipeline import MP4

VIDEO = "/api/video/1706.03762-S1-medium"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, empty_dagster_home: Path) -> Iterator[Path]:
    """One installation for all: nothing here changes it."""
    with installed(tmp_path_factory.mktemp("videos"), empty_dagster_home) as home:
        _add_videos(home)
        yield home


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[TestClient]:
    with TestClient(create_app(), raise_server_exceptions=False) as client:
        yield client


def _add_videos(home: Path) -> None:
    objects = home / "objects" / "videos"
    objects.mkdir(parents=True)
    (objects / "1706.03762-S1-medium.mp4").write_bytes(MP4)
    (objects / "1706.03762-S1-medium.jpg").write_bytes(b"jpeg")
    (objects / "1706.03762-S1-medium.vtt").write_bytes(b"WEBVTT\n")
    (objects / "1706.03762-S1-medium.py").write_text("class A: 'é'")
    (home / "objects" / "secret.mp4").write_bytes(b"top secret bytes")
    (objects / ".hidden.mp4").write_bytes(b"top secret bytes")


def test_a_video_is_sent_whole_to_be_shown_and_kept(client: TestClient):
    response = client.get(VIDEO)
    assert response.status_code == 200
    assert response.content == MP4
    assert response.headers["content-type"] == "video/mp4"
    assert response.headers["content-disposition"] == "inline"
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["accept-ranges"] == "bytes"
    assert response.headers["content-length"] == str(len(MP4))


@pytest.mark.parametrize(
    ("asked", "sent", "content_range"),
    [
        ("bytes=0-99", MP4[:100], f"bytes 0-99/{len(MP4)}"),
        ("bytes=1000-", MP4[1000:], f"bytes 1000-{len(MP4) - 1}/{len(MP4)}"),
        ("bytes=-5", MP4[-5:], f"bytes {len(MP4) - 5}-{len(MP4) - 1}/{len(MP4)}"),
        ("bytes=10-999999", MP4[10:], f"bytes 10-{len(MP4) - 1}/{len(MP4)}"),
    ],
)
def test_a_range_of_a_video_is_sent_alone(
    client: TestClient, asked: str, sent: bytes, content_range: str
):
    response = client.get(VIDEO, headers={"Range": asked})
    assert response.status_code == 206
    assert response.content == sent
    assert response.headers["content-range"] == content_range


def test_a_range_past_the_end_cannot_be_sent(client: TestClient):
    response = client.get(VIDEO, headers={"Range": f"bytes={len(MP4)}-"})
    assert response.status_code == 416
    assert response.headers["content-range"] == f"bytes */{len(MP4)}"
    assert response.json()["error"]["code"] == "RANGE_NOT_SATISFIABLE"
    assert response.json()["error"]["details"] == {"size_bytes": len(MP4)}


@pytest.mark.parametrize("asked", ["bytes=", "bytes=x-y", "lines=1-2", "bytes=9-5", "nonsense"])
def test_a_range_that_cannot_be_read_is_refused(client: TestClient, asked: str):
    response = client.get(VIDEO, headers={"Range": asked})
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "BAD_REQUEST"
    assert repr(asked) in response.json()["detail"]


def test_a_head_has_the_headers_alone(client: TestClient):
    for path in (VIDEO, f"{VIDEO}/poster", f"{VIDEO}/captions", f"{VIDEO}/script"):
        whole, head = client.get(path), client.head(path)
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers == whole.headers


def test_a_video_that_is_kept_is_not_sent_again(client: TestClient):
    etag = client.get(VIDEO).headers["etag"]
    again = client.get(VIDEO, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


def test_who_accepts_json_gets_the_address(client: TestClient):
    response = client.get(VIDEO, headers={"Accept": "application/json"})
    assert response.json() == {
        "video_id": "1706.03762-S1-medium",
        "url": f"http://testserver{VIDEO}",
        "content_type": "video/mp4",
    }
    assert "Accept" in response.headers["vary"].split(", ")
    players = client.get(VIDEO, headers={"Accept": "video/webm,video/mp4,application/json;q=0.9"})
    assert players.content == MP4


def test_poster_captions_and_script_have_their_types(client: TestClient):
    poster, captions = client.get(f"{VIDEO}/poster"), client.get(f"{VIDEO}/captions")
    assert (poster.content, poster.headers["content-type"]) == (b"jpeg", "image/jpeg")
    assert captions.content == b"WEBVTT\n"
    assert captions.headers["content-type"] == "text/vtt; charset=utf-8"
    script = client.get(f"{VIDEO}/script")
    assert script.text == "class A: 'é'"
    assert script.headers["content-type"] == "text/x-python; charset=utf-8"
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    "video_id",
    [
        "absent",
        "..",
        "%2e%2e",
        "..%2Fsecret",
        "../secret",
        "..%5Csecret",
        ".hidden",
        "a/b",
        "a%2Fb",
        "%00",
        "a b",
        "é",
        "x" * 300,
        "absent/poster",
        "absent/script",
        "..%2Fsecret/script",
        "..%2F1706.03762-S1-medium/captions",
    ],
)
@pytest.mark.parametrize("accept", ["*/*", "application/json"])
def test_what_is_no_video_is_not_found(client: TestClient, video_id: str, accept: str):
    # The client resolves `..` before it asks: `%2e` and `%2F` are what reaches the server.
    response = client.get(f"/api/video/{video_id}", headers={"Accept": accept})
    assert response.status_code == 404
    assert response.json()["error"]["code"] in ("VIDEO_NOT_FOUND", "NOT_FOUND")
    assert b"top secret" not in response.content


def test_a_dotted_path_gets_the_videos_own_error(client: TestClient):
    for video_id in ("..%2Fsecret", "a%2Fb", "absent", "%2Fetc%2Fpasswd"):
        error = client.get(f"/api/video/{video_id}").json()["error"]
        assert error["code"] == "VIDEO_NOT_FOUND"


class Store(FolderStore):
    """A store whose objects have neither a file nor an address here, or an address elsewhere."""

    def __init__(self, base: str | None) -> None:
        super().__init__(Path("unused"))
        self._base = base

    def head(self, key: str) -> StoredObject | None:
        return StoredObject(key, len(MP4), "video/mp4") if "S1" in key else None

    def url(self, key: str) -> str | None:
        return self._base and f"{self._base}/{key}?signature=1"

    def path(self, key: str) -> Path | None:
        return None


@contextmanager
def client_of(store: Store) -> Iterator[TestClient]:
    with TestClient(create_app(store=store)) as client:
        yield client


def test_a_video_elsewhere_is_redirected_to(home: Path):
    url = f"https://bucket.example/{catalog.video_key('1706.03762-S1-medium')}?signature=1"
    with client_of(Store("https://bucket.example")) as client:
        response = client.get(VIDEO, follow_redirects=False)
        assert (response.status_code, response.headers["location"]) == (302, url)
        assert response.headers["cache-control"] == "no-store"
        asked_for_json = client.get(VIDEO, headers={"Accept": "application/json"})
        assert asked_for_json.json()["url"] == url
        absent = client.get("/api/video/absent", follow_redirects=False)
        assert absent.status_code == 404


def test_a_head_of_a_video_elsewhere_is_answered_here(home: Path):
    # A signed address is signed for GET: there, HEAD would be refused.
    with client_of(Store("https://bucket.example")) as client:
        head = client.head(VIDEO, follow_redirects=False)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(MP4))
    assert head.headers["content-type"] == "video/mp4"
    assert head.headers["accept-ranges"] == "bytes"


def test_a_store_with_neither_address_nor_file_is_unavailable(home: Path):
    with client_of(Store(None)) as client:
        response = client.get(VIDEO)
    assert response.status_code == 503
    assert response.json()["error"]["code"] == "SERVICE_UNAVAILABLE"
    assert "neither an address nor a file" in response.json()["detail"]
