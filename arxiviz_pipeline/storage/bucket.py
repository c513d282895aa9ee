"""Looks at an S3 bucket as its users will: objects, browsers, what is left over.

Rules for browsers (CORS) and for left-overs and old logs (lifecycle) belong to the bucket, not to
its objects; `arxiviz bucket --apply` writes ours.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

import httpx2
from botocore.exceptions import ClientError

from arxiviz_pipeline.domain.errors import StorageError
from arxiviz_pipeline.storage.s3_failures import explained, status_of
from arxiviz_pipeline.storage.s3_store import S3Store

if TYPE_CHECKING:
    from botocore.client import BaseClient

PROBE_PREFIX = ".arxiviz-probe/"
LOG_PREFIX = "logs/"
"""Below it are the logs of runs, which nobody but Dagster reads."""
_TIMEOUT_SECONDS = 10.0
_LEFTOVER_DAYS = 7
_LOG_DAYS = 30
_APPLY = "Write the rules: arxiviz bucket --apply"
FindingName = Literal["objects", "addresses", "browsers", "left-overs"]


@dataclass(frozen=True, slots=True)
class BucketFinding:
    """One thing that was looked at."""

    name: FindingName
    works: bool
    message: str

    @property
    def required(self) -> bool:
        """Whether no video could be kept or played without it."""
        return self.name in ("objects", "addresses")


def cors_rules(origins: Sequence[str]) -> dict[str, Any]:
    """Return the rules with which players on pages of these origins can seek in videos."""
    rule = {
        "AllowedMethods": ["GET", "HEAD"],
        "AllowedOrigins": list(origins),
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["Accept-Ranges", "Content-Length", "Content-Range", "ETag"],
        "MaxAgeSeconds": 3600,
    }
    return {"CORSRules": [rule]}


def lifecycle_rules() -> dict[str, Any]:
    """Return the rules that remove parts of uploads which were never completed, and old logs."""
    uploads = {
        "ID": "arxiviz-unfinished-uploads",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": _LEFTOVER_DAYS},
    }
    logs = {
        "ID": "arxiviz-logs",
        "Status": "Enabled",
        "Filter": {"Prefix": LOG_PREFIX},
        "Expiration": {"Days": _LOG_DAYS},
    }
    return {"Rules": [uploads, logs]}


def apply_rules(client: "BaseClient", bucket: str, origins: Sequence[str]) -> None:
    """Write both rules, in place of what the bucket has.

    Raises:
        StorageUnavailableError: If the key may not.
    """
    s3: Any = client
    with explained(bucket):
        s3.put_bucket_cors(Bucket=bucket, CORSConfiguration=cors_rules(origins))
        s3.put_bucket_lifecycle_configuration(
            Bucket=bucket, LifecycleConfiguration=lifecycle_rules()
        )


def examine_bucket(
    client: "BaseClient", bucket: str, store: S3Store, origin: str
) -> list[BucketFinding]:
    """Write an object and use it as a run and as a page of this origin would; remove it."""
    key = f"{PROBE_PREFIX}{secrets.token_hex(8)}"
    try:
        store.check()
        store.put(key, b"0123456789", content_type="text/plain")
        if store.get(key) != b"0123456789":
            return [BucketFinding("objects", False, "What is written is not what is read.")]
    except StorageError as error:
        return [BucketFinding("objects", False, str(error))]
    try:
        findings = _use_probe(client, bucket, store, key, origin)
    finally:
        removal = _remove(store, key)
    return [removal, *findings]


def _remove(store: S3Store, key: str) -> BucketFinding:
    try:
        store.delete(key)
    except StorageError as error:
        return BucketFinding("objects", False, f"Objects cannot be removed. {error}")
    return BucketFinding("objects", True, "Objects can be written, read and removed.")


def _use_probe(
    client: "BaseClient", bucket: str, store: S3Store, key: str, origin: str
) -> list[BucketFinding]:
    url = store.url(key) or ""
    address = url.partition("?")[0].removesuffix(key)
    headers = {"Range": "bytes=2-4", "Origin": origin}
    try:
        answer = httpx2.get(url, headers=headers, timeout=_TIMEOUT_SECONDS)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        message = f"{address} does not answer: {error}. Correct S3_PUBLIC_URL or S3_ENDPOINT."
        return [BucketFinding("addresses", False, message)]
    return [
        _addresses(answer, address),
        _browsers(answer, origin),
        _leftovers(client, bucket),
    ]


def _addresses(answer: httpx2.Response, address: str) -> BucketFinding:
    if answer.status_code == HTTPStatus.PARTIAL_CONTENT and answer.content == b"234":
        return BucketFinding("addresses", True, f"Ranges of objects can be read below {address}")
    if answer.is_success:
        message = f"{address} answers a range with {answer.status_code}: players could not seek."
        return BucketFinding("addresses", False, message)
    message = (
        f"{address} answers {answer.status_code}. Let the public read the bucket and correct "
        "S3_PUBLIC_URL, or unset it: then addresses are signed."
    )
    return BucketFinding("addresses", False, message)


def _browsers(answer: httpx2.Response, origin: str) -> BucketFinding:
    allowed = answer.headers.get("access-control-allow-origin")
    if allowed not in ("*", origin):
        message = f"Pages of {origin} may not read the bucket (CORS). {_APPLY}"
        return BucketFinding("browsers", False, message)
    exposed = answer.headers.get("access-control-expose-headers", "").lower()
    if "content-range" not in exposed and exposed != "*":
        message = f"Pages cannot see Content-Range, which some players seek by (CORS). {_APPLY}"
        return BucketFinding("browsers", False, message)
    return BucketFinding("browsers", True, f"Pages of {origin} may play and seek.")


def _leftovers(client: "BaseClient", bucket: str) -> BucketFinding:
    s3: Any = client
    try:
        rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket).get("Rules", [])
    except ClientError as error:
        if status_of(error) != HTTPStatus.NOT_FOUND:
            message = f"The key may not see the bucket's lifecycle rules: {error}."
            return BucketFinding("left-overs", False, message)
        rules = []
    if not any("AbortIncompleteMultipartUpload" in rule for rule in rules):
        message = f"Parts of uploads that broke off stay, and cost. {_APPLY}"
        return BucketFinding("left-overs", False, message)
    if not any("Expiration" in rule and _covers_logs(rule) for rule in rules):
        message = f"Logs of runs stay, and cost. {_APPLY}"
        return BucketFinding("left-overs", False, message)
    message = "Parts of uploads that broke off, and old logs, are removed by rules."
    return BucketFinding("left-overs", True, message)


def _covers_logs(rule: dict[str, Any]) -> bool:
    prefix = rule.get("Filter", rule).get("Prefix", "")
    return LOG_PREFIX.startswith(prefix)
