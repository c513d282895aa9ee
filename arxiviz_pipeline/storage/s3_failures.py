"""Says what an answer of S3's means, and what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from arxiviz_pipeline.domain.errors import ObjectNotFoundError, StorageUnavailableError

_REMEDIES = {
    "NoSuchBucket": "Make the bucket, or correct S3_BUCKET.",
    "InvalidAccessKeyId": "There is no such key: correct S3_ACCESS_KEY.",
    "SignatureDoesNotMatch": "The secret is not that key's: correct S3_SECRET_KEY.",
    "RequestTimeTooSkewed": "This machine's clock is wrong: set it, for instance with timedatectl.",
    "AccessDenied": "Check S3_ACCESS_KEY, S3_SECRET_KEY and the key's rights: it has to read, "
    "write, list and delete objects of the bucket.",
    "PermanentRedirect": "The bucket is elsewhere: correct S3_ENDPOINT and S3_REGION.",
    "AuthorizationHeaderMalformed": "Correct S3_REGION.",
    "ExpiredToken": "The session's key has expired: get another.",
}
# Services that answer to HEAD give a number alone.
_REMEDIES_BY_STATUS: dict[int, str] = {
    HTTPStatus.FORBIDDEN: _REMEDIES["AccessDenied"],
    HTTPStatus.NOT_FOUND: _REMEDIES["NoSuchBucket"],
    HTTPStatus.MOVED_PERMANENTLY: _REMEDIES["PermanentRedirect"],
    HTTPStatus.BAD_REQUEST: "Check S3_ENDPOINT, S3_REGION and the keys.",
}


@contextmanager
def explained(bucket: str, key: str | None = None) -> Iterator[None]:
    """Raise errors of ours in place of botocore's.

    Raises:
        ObjectNotFoundError: If there is no object of this key.
        StorageUnavailableError: With what S3 said, and what would mend it.
    """
    try:
        yield
    except ClientError as error:
        status, code = status_of(error), code_of(error)
        if status == HTTPStatus.NOT_FOUND and key is not None and code != "NoSuchBucket":
            message = f"No object {key!r} in bucket {bucket!r}."
            raise ObjectNotFoundError(message) from error
        remedy = _REMEDIES.get(code) or _REMEDIES_BY_STATUS.get(status)
        message = f"S3 bucket {bucket!r} answered {status}: {error}. {remedy or 'Try again later.'}"
        raise StorageUnavailableError(message) from error
    except NoCredentialsError as error:
        message = "S3 needs a key: set S3_ACCESS_KEY and S3_SECRET_KEY."
        raise StorageUnavailableError(message) from error
    except BotoCoreError as error:
        message = f"S3 cannot be used: {error}. Check S3_ENDPOINT, the keys and the network."
        raise StorageUnavailableError(message) from error


def status_of(error: ClientError) -> int:
    """Return the answer's status."""
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") or 500


def code_of(error: ClientError) -> str:
    """Return the answer's code, such as `NoSuchBucket`."""
    return error.response.get("Error", {}).get("Code", "")
