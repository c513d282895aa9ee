"""Chooses the object store that the settings ask for."""

from typing import TYPE_CHECKING

from pydantic import SecretStr

from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.storage.config import StorageSettings
from arxiviz_pipeline.storage.folder_store import FolderStore

if TYPE_CHECKING:
    from botocore.client import BaseClient


def open_object_store(settings: StorageSettings) -> ObjectStore:
    """Return S3 if a bucket is named, else the folder `ARXIVIZ_HOME/objects`."""
    if settings.s3_bucket is None:
        return FolderStore(settings.home / "objects")
    # boto3 is half a second of import that a folder does not need.
    from arxiviz_pipeline.storage.s3_store import S3Store

    return S3Store(_s3_client(settings), settings.s3_bucket, settings.s3_public_url)


def _s3_client(settings: StorageSettings) -> "BaseClient":
    import boto3
    from botocore.config import Config

    try:
        return boto3.client(
            "s3",
            endpoint_url=settings.s3_endpoint,
            # What R2 calls its one region; AWS has regions of its own.
            region_name=settings.s3_region or ("auto" if settings.s3_endpoint else None),
            aws_access_key_id=_secret(settings.s3_access_key),
            aws_secret_access_key=_secret(settings.s3_secret_key),
            config=Config(
                connect_timeout=5, read_timeout=30, retries={"mode": "standard", "max_attempts": 4}
            ),
        )
    except ValueError as error:
        message = f"S3_ENDPOINT is {settings.s3_endpoint!r}, which is no address: {error}."
        raise ConfigurationError(message) from error


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()
