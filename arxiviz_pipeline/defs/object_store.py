"""Opens the object store of runs: its S3 client is dagster-aws's resource.

It is not among the definitions' resources, whose values the UI shows: one is the secret key.

Dagster's page: https://docs.dagster.io/integrations/libraries/aws/s3
"""

from typing import Any

from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.storage.config import StorageSettings
from arxiviz_pipeline.storage.open_store import open_object_store


def open_store(settings: StorageSettings) -> ObjectStore:
    """Return S3 through dagster-aws if a bucket is named, else the folder."""
    client = None if settings.s3_bucket is None else _client(settings)
    return open_object_store(settings, client)


def _client(settings: StorageSettings) -> Any:
    # dagster-aws and boto3 are a second of import that a folder does not need.
    from arxiviz_pipeline.defs.bucket_resource import BucketResource

    access, secret = settings.s3_access_key, settings.s3_secret_key
    return BucketResource(
        endpoint_url=settings.s3_endpoint,
        region_name=settings.s3_region,
        aws_access_key_id=None if access is None else access.get_secret_value(),
        aws_secret_access_key=None if secret is None else secret.get_secret_value(),
    ).get_client()
