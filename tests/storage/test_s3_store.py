"""What is special about S3: headers, addresses, refusals."""

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from arxiviz_pipeline.domain.errors import StorageUnavailableError
from arxiviz_pipeline.storage.open_store import open_object_store
from tests.s3_server import S3Server


def test_a_video_plays_from_its_signed_address(s3_server: S3Server):
    store = open_object_store(s3_server.settings(s3_server.make_bucket()))
    store.put("videos/a.mp4", b"0123456789", content_type="video/mp4", immutable=True)
    url = store.url("videos/a.mp4")
    assert url is not None
    answer = httpx2.get(url, headers={"Range": "bytes=2-4"})
    assert (answer.status_code, answer.content) == (206, b"234")
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-disposition"] == "inline"


def test_an_unsigned_or_tampered_address_is_refused(s3_server: S3Server):
    store = open_object_store(s3_server.settings(s3_server.make_bucket()))
    store.put("a.mp4", b"1", content_type="video/mp4")
    url = store.url("a.mp4")
    assert url is not None
    assert httpx2.get(url.split("?")[0]).status_code == 403
    assert httpx2.get(url.replace("a.mp4", "b.mp4")).status_code == 403


def test_an_address_that_is_made_to_hold_longer_is_refused(s3_server: S3Server):
    store = open_object_store(
        s3_server.settings(s3_server.make_bucket(), S3_URL_EXPIRY_SECONDS="3600")
    )
    store.put("a.mp4", b"1", content_type="video/mp4")
    url = store.url("a.mp4") or ""
    assert httpx2.get(url).status_code == 200
    longer = url.replace("X-Amz-Expires=3600", "X-Amz-Expires=7200")
    forged = url[:-1] + ("0" if url[-1] != "0" else "1")
    assert {httpx2.get(each).status_code for each in (longer, forged)} == {403}


def test_a_list_goes_on_beyond_the_thousand_of_one_answer(s3_server: S3Server):
    bucket = s3_server.make_bucket()
    client = s3_server.client()
    keys = [f"videos/{number:04}.mp4" for number in range(1001)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: client.put_object(Bucket=bucket, Key=key, Body=b"1"), keys))
    store = open_object_store(s3_server.settings(bucket))
    assert [found.key for found in store.list("videos/")] == keys


def test_what_changes_is_not_cached(s3_server: S3Server):
    store = open_object_store(s3_server.settings(s3_server.make_bucket()))
    store.put("papers/a.json", b"1", content_type="application/json")
    url = store.url("papers/a.json")
    assert url is not None
    assert httpx2.get(url).headers["cache-control"] == "no-cache"


def test_a_public_address_is_built_from_the_setting(s3_server: S3Server):
    settings = s3_server.settings(
        s3_server.make_bucket(), S3_PUBLIC_URL="https://videos.example.org/"
    )
    store = open_object_store(settings)
    assert store.url("videos/a b.mp4") == "https://videos.example.org/videos/a%20b.mp4"


def test_a_wrong_secret_is_told_apart_from_a_missing_bucket(s3_server: S3Server):
    bucket = s3_server.make_bucket()
    refused = open_object_store(s3_server.settings(bucket, S3_SECRET_KEY="wrong"))
    with pytest.raises(StorageUnavailableError, match="S3_SECRET_KEY"):
        refused.get("a")
    with pytest.raises(StorageUnavailableError, match="S3_SECRET_KEY"):
        refused.check()
    missing = open_object_store(s3_server.settings("no-such-bucket"))
    with pytest.raises(StorageUnavailableError, match="S3_BUCKET"):
        missing.check()
    with pytest.raises(StorageUnavailableError, match="S3_BUCKET"):
        missing.head("a")
    with pytest.raises(StorageUnavailableError, match="S3_BUCKET"):
        missing.put("a", b"1", content_type="text/plain")


def test_a_server_that_is_not_there_is_an_error_of_ours(s3_server: S3Server):
    settings = s3_server.settings("bucket", S3_ENDPOINT="http://127.0.0.1:9")
    with pytest.raises(StorageUnavailableError, match="S3_ENDPOINT"):
        open_object_store(settings).get("a")
