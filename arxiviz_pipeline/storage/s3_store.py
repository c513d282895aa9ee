"""Keeps objects in an S3 bucket, or in one of a service that speaks S3, such as Cloudflare R2."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from arxiviz_pipeline.domain.errors import ObjectNotFoundError, StorageUnavailableError
from arxiviz_pipeline.domain.ports import StoredObject

if TYPE_CHECKING:
    from botocore.client import BaseClient

_IMMUTABLE = "public, max-age=31536000, immutable"
_MUTABLE = "no-cache"
_SIGNED_SECONDS = 24 * 3600


class S3Store:
    """An object store over one bucket."""

    def __init__(self, client: "BaseClient", bucket: str, public_url: str | None = None) -> None:
        """Use a bucket.

        Args:
            client: A boto3 S3 client.
            bucket: Its name; it must exist.
            public_url: Where browsers reach the bucket's objects; without it, URLs are signed
                and hold for a day.
        """
        self._client = client
        self._bucket = bucket
        self._public_url = public_url

    def put(
        self, key: str, content: bytes, *, content_type: str, immutable: bool = False
    ) -> StoredObject:
        """Store an object with the headers that browsers and caches want."""
        with self._explained(key):
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=content,
                ContentType=content_type,
                ContentDisposition="inline",
                CacheControl=_IMMUTABLE if immutable else _MUTABLE,
            )
        return StoredObject(key, len(content), content_type)

    def get(self, key: str) -> bytes:
        """Read an object."""
        with self._explained(key):
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def head(self, key: str) -> StoredObject | None:
        """Describe an object, or return None if there is none."""
        try:
            with self._explained(key):
                answer = self._client.head_object(Bucket=self._bucket, Key=key)
        except ObjectNotFoundError:
            return None
        return StoredObject(key, answer["ContentLength"], answer["ContentType"])

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """Yield the objects whose key starts with this prefix; their content type is unknown."""
        with self._explained(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix
            )
            for page in pages:
                for entry in page.get("Contents", []):
                    yield StoredObject(entry["Key"], entry["Size"], "application/octet-stream")

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""
        with self._explained(key):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def url(self, key: str) -> str | None:
        """Return the public address, or one signed for a day."""
        if self._public_url is not None:
            return f"{self._public_url.rstrip('/')}/{quote(key)}"
        with self._explained(key):
            return self._client.generate_presigned_url(
                "get_object",
                Params={"Bucket": self._bucket, "Key": key},
                ExpiresIn=_SIGNED_SECONDS,
            )

    def path(self, key: str) -> Path | None:
        """Return None: the object is not on this machine."""
        del key

    def check(self) -> None:
        """Ask for the bucket."""
        with self._explained(None):
            self._client.head_bucket(Bucket=self._bucket)

    @contextmanager
    def _explained(self, key: str | None) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            if status == HTTPStatus.NOT_FOUND and key is not None and not _no_bucket(error):
                message = f"No object {key!r} in bucket {self._bucket!r}."
                raise ObjectNotFoundError(message) from error
            message = f"S3 bucket {self._bucket!r} answered {status}: {error}. {_remedy(status)}"
            raise StorageUnavailableError(message) from error
        except BotoCoreError as error:
            message = f"S3 cannot be used: {error}. Check S3_ENDPOINT, the keys and the network."
            raise StorageUnavailableError(message) from error


def _no_bucket(error: ClientError) -> bool:
    return error.response.get("Error", {}).get("Code") == "NoSuchBucket"


def _remedy(status: int | None) -> str:
    match status:
        case HTTPStatus.FORBIDDEN:
            return "Check S3_ACCESS_KEY, S3_SECRET_KEY and the rights on the bucket."
        case HTTPStatus.NOT_FOUND:
            return "Make the bucket, or correct S3_BUCKET."
        case _:
            return "Try again later."
