"""Chooses the object store that the settings ask for."""

from typing import TYPE_CHECKING

from pydantic import SecretStr

from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.storage.config import StorageSettings
from arxiviz_pipeline.storage.folder_store import FolderStore

if TYPE_CHECKING:
    from botocore.client import BaseClient


def open_object_store(settings: StorageSettings, client: "BaseClient | None" = None) -> ObjectStore:
    """Return S3 if a bucket is named, else the folder `ARXIVIZ_HOME/objects`.

    Args:
        settings: Where objects are kept.
        client: A boto3 client for the bucket; by default one made from the settings.
    """
    if settings.s3_bucket is None:
        return FolderStore(settings.home / "objects")
    # boto3 is half a second of import that a folder does not need.
    from arxiviz_pipeline.storage.s3_store import S3Store

    return S3Store(
        client or open_s3_client(settings),
        settings.s3_bucket,
        public_url=settings.s3_public_url,
        signed_seconds=settings.s3_url_expiry_seconds,
    )


def open_s3_client(settings: StorageSettings) -> "BaseClient":
    """Return a boto3 client for the settings' bucket."""
    from arxiviz_pipeline.storage.s3_client import connect

    return connect(
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        access_key=_secret(settings.s3_access_key),
        secret_key=_secret(settings.s3_secret_key),
    )


def _secret(value: SecretStr | None) -> str | None:
    return None if value is None else value.get_secret_value()
