"""What S3 and the network may do to a bucket's objects, and that none is ever half there."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from arxiviz_pipeline.domain.errors import StorageUnavailableError
from arxiviz_pipeline.storage.open_store import open_s3_client
from arxiviz_pipeline.storage.s3_store import S3Store
from tests.fault_proxy import FaultProxy, fault_proxy
from tests.s3_server import S3Server

PART_BYTES = 5 * 1024 * 1024
LARGE = hashlib.sha256(b"large").digest() * (11 * 1024 * 1024 // 32)  # three parts
KEY = "videos/a.mp4"


@dataclass
class Bucket:
    """A store that reaches its bucket by way of the proxy, and a client that doesn't."""

    store: S3Store
    client: Any
    proxy: FaultProxy
    direct: Any
    name: str

    def content(self) -> bytes:
        return self.direct.get_object(Bucket=self.name, Key=KEY)["Body"].read()

    def keys(self) -> list[str]:
        found = self.direct.list_objects_v2(Bucket=self.name)
        return [entry["Key"] for entry in found.get("Contents", [])]

    def uploads(self) -> list[object]:
        return self.direct.list_multipart_uploads(Bucket=self.name).get("Uploads", [])

    def put(self, content: bytes) -> None:
        self.store.put(KEY, content, content_type="video/mp4", immutable=True)


@pytest.fixture
def bucket(s3_server: S3Server) -> Iterator[Bucket]:
    name = s3_server.make_bucket()
    with fault_proxy(s3_server.endpoint) as proxy:
        client = open_s3_client(s3_server.settings(name, S3_ENDPOINT=proxy.address))
        store = S3Store(client, name, part_bytes=PART_BYTES)
        yield Bucket(store, client, proxy, s3_server.client(), name)
        client.close()


@pytest.mark.parametrize("fault", ["unavailable", "reset", "lost"])
def test_a_put_survives_what_passes(bucket: Bucket, fault: Any):
    bucket.proxy.plan(f"PUT /{bucket.name}/{KEY}", fault)
    bucket.put(b"0123456789")
    assert bucket.proxy.left == 0
    assert bucket.content() == b"0123456789"


@pytest.mark.parametrize("fault", ["unavailable", "reset", "cut"])
def test_a_get_survives_what_passes(bucket: Bucket, fault: Any):
    bucket.put(b"0123456789" * 1000)
    bucket.proxy.plan(f"GET /{bucket.name}/{KEY}", fault)
    assert bucket.store.get(KEY) == b"0123456789" * 1000
    assert bucket.proxy.left == 0


def test_a_large_object_goes_in_parts_and_survives_what_passes(bucket: Bucket):
    bucket.proxy.plan("partNumber=2", "reset", "unavailable")
    bucket.proxy.plan("POST ", "unavailable")
    bucket.put(LARGE)
    assert bucket.proxy.left == 0
    assert {f"partNumber={number}" for number in (1, 2, 3)} <= {
        part for request in bucket.proxy.seen for part in request.split("?")[-1].split("&")
    }
    assert bucket.content() == LARGE
    assert bucket.store.get(KEY) == LARGE
    head = bucket.direct.head_object(Bucket=bucket.name, Key=KEY)
    assert head["CacheControl"] == "public, max-age=31536000, immutable"
    assert head["ContentType"] == "video/mp4"
    assert bucket.uploads() == []


def test_a_large_object_that_cannot_be_completed_leaves_nothing(bucket: Bucket):
    bucket.proxy.plan("partNumber=3", *["unavailable"] * 5)
    with pytest.raises(StorageUnavailableError, match="503"):
        bucket.put(LARGE)
    assert bucket.keys() == []
    assert bucket.uploads() == []
    bucket.put(LARGE)
    assert bucket.content() == LARGE


@pytest.mark.parametrize("content", [b"0123456789", LARGE], ids=["small", "large"])
def test_a_body_that_changed_on_its_way_is_refused(bucket: Bucket, content: bytes):
    part = "partNumber=1" if content is LARGE else KEY
    bucket.proxy.plan(part, *["tampered"] * 5)
    with pytest.raises(StorageUnavailableError):
        bucket.put(content)
    assert bucket.keys() == []


def test_an_immutable_object_that_is_there_is_not_written_again(bucket: Bucket):
    for content in (b"0123456789", LARGE):
        bucket.direct.delete_object(Bucket=bucket.name, Key=KEY)
        bucket.put(content)
        before = bucket.direct.head_object(Bucket=bucket.name, Key=KEY)
        bucket.put(content)
        after = bucket.direct.head_object(Bucket=bucket.name, Key=KEY)
        assert after["ETag"] == before["ETag"]
        assert after["LastModified"] == before["LastModified"]
        assert bucket.uploads() == []


def test_another_object_under_an_immutable_key_is_replaced(bucket: Bucket):
    bucket.direct.put_object(Bucket=bucket.name, Key=KEY, Body=b"half")
    bucket.put(b"whole")
    assert bucket.content() == b"whole"


def answer(bucket: Bucket, operation: str, status: int, code: str = "") -> list[str]:
    """Let the next request of this operation be answered so, as some other service does.

    Returns:
        The operations that were answered, filled as it happens.
    """
    answered: list[str] = []

    def give(**_: object) -> tuple[AWSResponse, dict[str, Any]] | None:
        if answered:
            return None
        answered.append(operation)
        told = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
        return AWSResponse("", status, {}, None), told

    bucket.client.meta.events.register(f"before-call.s3.{operation}", give)
    return answered


@pytest.mark.parametrize(
    ("status", "code"), [(501, "NotImplemented"), (409, "ConditionalRequestConflict")]
)
@pytest.mark.parametrize(
    ("operation", "content"),
    [("PutObject", b"0123456789"), ("CompleteMultipartUpload", LARGE)],
    ids=["small", "large"],
)
def test_a_service_that_does_not_take_the_condition_gets_the_object_all_the_same(
    bucket: Bucket, operation: str, content: bytes, status: int, code: str
):
    answered = answer(bucket, operation, status, code)
    bucket.put(content)
    assert answered
    assert bucket.content() == content
    assert bucket.uploads() == []


def test_a_large_object_is_there_though_its_upload_is_no_longer_known(bucket: Bucket):
    def complete(params: Any, **_: object) -> None:
        bucket.direct.complete_multipart_upload(**params)

    bucket.client.meta.events.register(
        "before-parameter-build.s3.CompleteMultipartUpload", complete
    )
    answered = answer(bucket, "CompleteMultipartUpload", 404, "NoSuchUpload")
    bucket.put(LARGE)
    assert answered
    assert bucket.content() == LARGE


def test_an_answer_that_no_standard_knows_is_an_error_of_ours(bucket: Bucket):
    answer(bucket, "GetObject", 520)  # Cloudflare's, before R2
    with pytest.raises(StorageUnavailableError, match="answered 520"):
        bucket.store.get(KEY)


def test_an_object_that_is_not_as_it_was_written_is_refused(bucket: Bucket):
    digest = hashlib.sha256(b"whole").hexdigest()
    bucket.direct.put_object(
        Bucket=bucket.name, Key=KEY, Body=b"hole!", Metadata={"sha256": digest}
    )
    with pytest.raises(StorageUnavailableError, match="not as it was written"):
        bucket.store.get(KEY)


def test_the_server_itself_refuses_to_overwrite_on_condition(bucket: Bucket):
    """What the tests above build on: this server honours the condition."""
    bucket.direct.put_object(Bucket=bucket.name, Key=KEY, Body=b"1")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        bucket.direct.put_object(Bucket=bucket.name, Key=KEY, Body=b"2", IfNoneMatch="*")
