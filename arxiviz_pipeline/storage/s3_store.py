"""Keeps objects in an S3 bucket, or in one of a service that speaks S3, such as Cloudflare R2.

A body is sent with its MD5, the one checksum that every such service compares, so that none keeps
another; its SHA-256 is kept beside it, so that no reader takes another. What is larger than a part
is sent in parts, and seen by nobody before all are there.
"""

import hashlib
import logging
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

import stamina
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from arxiviz_pipeline.domain.errors import ObjectNotFoundError, StorageUnavailableError
from arxiviz_pipeline.domain.ports import StoredObject
from arxiviz_pipeline.storage.s3_failures import code_of, explained, status_of

if TYPE_CHECKING:
    from botocore.client import BaseClient

log = logging.getLogger(__name__)
T = TypeVar("T")

PART_BYTES = 16 * 1024 * 1024
_PARTS_AT_ONCE = 4
_SIGNED_SECONDS = 24 * 3600
_READ_ATTEMPTS = 4
_IMMUTABLE = "public, max-age=31536000, immutable"
_MUTABLE = "no-cache"
_SHA256 = "sha256"
_REFUSED = (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT)
_BROKEN_OFF = (IncompleteReadError, ReadTimeoutError, ResponseStreamingError)


class S3Store:
    """An object store over one bucket."""

    def __init__(
        self,
        client: "BaseClient",
        bucket: str,
        *,
        public_url: str | None = None,
        signed_seconds: int = _SIGNED_SECONDS,
        part_bytes: int = PART_BYTES,
    ) -> None:
        """Use a bucket.

        Args:
            client: A boto3 S3 client.
            bucket: Its name; it must exist.
            public_url: Where browsers reach the bucket's objects; without it, URLs are signed.
            signed_seconds: How long signed URLs hold.
            part_bytes: The size of the parts that larger objects are sent in; 5 MiB at least.
        """
        self._client: Any = client
        self._bucket = bucket
        self._public_url = public_url
        self._signed_seconds = signed_seconds
        self._part_bytes = part_bytes

    def put(
        self, key: str, content: bytes, *, content_type: str, immutable: bool = False
    ) -> StoredObject:
        """Store an object with the headers that browsers and caches want.

        An immutable one is sent if it is not there; if another is, it takes that one's place.
        """
        digest = hashlib.sha256(content).hexdigest()
        headers = {
            "ContentType": content_type,
            "ContentDisposition": "inline",
            "CacheControl": _IMMUTABLE if immutable else _MUTABLE,
            "Metadata": {_SHA256: digest},
        }
        with explained(self._bucket, key):
            if not immutable or not self._put_if_absent(key, content, headers, digest):
                self._send(key, content, headers, {})
        return StoredObject(key, len(content), content_type)

    def get(self, key: str) -> bytes:
        """Read an object, all of it and as it was written."""
        with explained(self._bucket, key):
            return _again(lambda: self._read(key))

    def head(self, key: str) -> StoredObject | None:
        """Describe an object, or return None if there is none."""
        try:
            with explained(self._bucket, key):
                answer = self._client.head_object(Bucket=self._bucket, Key=key)
        except ObjectNotFoundError:
            # HEAD says as little of a bucket that is not there as of an object.
            with explained(self._bucket):
                self._client.head_bucket(Bucket=self._bucket)
            return None
        return StoredObject(key, answer["ContentLength"], answer["ContentType"])

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """Yield the objects whose key starts with this prefix; their content type is unknown."""
        with explained(self._bucket):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix
            )
            for page in pages:
                for entry in page.get("Contents", []):
                    yield StoredObject(entry["Key"], entry["Size"], "application/octet-stream")

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        with explained(self._bucket):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def url(self, key: str) -> str | None:
        """Return the public address, or one that is signed and holds for a while."""
        if self._public_url is not None:
            return f"{self._public_url.rstrip('/')}/{quote(key)}"
        with explained(self._bucket):
            return self._client.generate_presigned_url(
                "get_object",
                Params={"Bucket": self._bucket, "Key": key},
                ExpiresIn=self._signed_seconds,
            )

    def path(self, key: str) -> Path | None:
        """Return None: the object is not on this machine."""
        del key

    def check(self) -> None:
        """Ask for the bucket. `storage.bucket` looks at it more closely."""
        with explained(self._bucket):
            self._client.head_bucket(Bucket=self._bucket)

    def _put_if_absent(
        self, key: str, content: bytes, headers: Mapping[str, Any], digest: str
    ) -> bool:
        """Send an object unless there is one; return whether it is there now as given."""
        try:
            self._send(key, content, headers, {"IfNoneMatch": "*"})
        except ClientError as error:
            if status_of(error) == HTTPStatus.NOT_IMPLEMENTED:
                return False
            # An upload is no longer there once it is complete, of which the answer may be lost.
            is_over = code_of(error) == "NoSuchUpload"
            if not is_over and status_of(error) not in _REFUSED:
                raise
            # Also after an answer that was lost: then what is there is what was sent.
            return self._is_there(key, len(content), digest)
        return True

    def _is_there(self, key: str, size_bytes: int, digest: str) -> bool:
        try:
            found = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if status_of(error) == HTTPStatus.NOT_FOUND:
                return False
            raise
        same = found["ContentLength"] == size_bytes and found["Metadata"].get(_SHA256) == digest
        if not same:
            log.warning("another object is at %s, of %d bytes", key, found["ContentLength"])
        return same

    def _send(
        self,
        key: str,
        content: bytes,
        headers: Mapping[str, Any],
        condition: Mapping[str, str],
    ) -> None:
        if len(content) > self._part_bytes:
            self._send_in_parts(key, content, headers, condition)
        else:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=content,
                ContentMD5=_md5(content),
                **headers,
                **condition,
            )

    # boto3's own transfers take no condition.
    def _send_in_parts(
        self,
        key: str,
        content: bytes,
        headers: Mapping[str, Any],
        condition: Mapping[str, str],
    ) -> None:
        place = {"Bucket": self._bucket, "Key": key}
        upload = {
            **place,
            "UploadId": self._client.create_multipart_upload(**place, **headers)["UploadId"],
        }
        try:
            self._client.complete_multipart_upload(
                **upload, MultipartUpload={"Parts": self._send_parts(upload, content)}, **condition
            )
        except BaseException:
            # What cannot be taken back now, a rule of the bucket's removes after days.
            with suppress(ClientError, BotoCoreError):
                self._client.abort_multipart_upload(**upload)
            raise

    def _send_parts(self, upload: Mapping[str, str], content: bytes) -> "list[dict[str, Any]]":
        view = memoryview(content)

        def send(number: int) -> dict[str, Any]:
            start = (number - 1) * self._part_bytes
            part = bytes(view[start : start + self._part_bytes])
            answer = self._client.upload_part(
                **upload, PartNumber=number, Body=part, ContentMD5=_md5(part)
            )
            return {"PartNumber": number, "ETag": answer["ETag"]}

        count = -(-len(content) // self._part_bytes)
        with ThreadPoolExecutor(_PARTS_AT_ONCE) as pool:
            return [*pool.map(send, range(1, count + 1))]

    def _read(self, key: str) -> bytes:
        answer = self._client.get_object(Bucket=self._bucket, Key=key)
        content: bytes = answer["Body"].read()
        expected = answer["Metadata"].get(_SHA256)
        if expected not in (None, hashlib.sha256(content).hexdigest()):
            message = (
                f"Object {key!r} in bucket {self._bucket!r} is not as it was written: "
                f"{len(content)} bytes whose SHA-256 is not {expected}. Remove it and run again."
            )
            raise StorageUnavailableError(message)
        return content


def _md5(content: bytes) -> str:
    return b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def _again(read: Callable[[], T]) -> T:
    """Read again when a connection breaks, which botocore does up to the body only."""
    for attempt in stamina.retry_context(
        on=_BROKEN_OFF, attempts=_READ_ATTEMPTS, wait_initial=0.1, wait_max=2.0, timeout=None
    ):
        with attempt:
            return read()
    raise AssertionError
