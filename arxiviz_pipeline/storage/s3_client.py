"""Makes the boto3 client of a bucket, the same one wherever it is asked for."""

from typing import TYPE_CHECKING

from arxiviz_pipeline.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from botocore.client import BaseClient

MAX_ATTEMPTS = 5  # in botocore's standard mode: seconds apart, growing, of what can pass


def connect(
    *,
    endpoint: str | None,
    region: str | None,
    access_key: str | None,
    secret_key: str | None,
    max_attempts: int = MAX_ATTEMPTS,
) -> "BaseClient":
    """Return a client; nothing is asked yet.

    Args:
        endpoint: The service's address; None for AWS.
        region: Its region; None for `auto` with an endpoint, else as AWS finds it.
        access_key: The key's id; None for what AWS finds on this machine.
        secret_key: The key's secret.
        max_attempts: How often a request is made before it has failed.

    Raises:
        ConfigurationError: If the endpoint is no address.
    """
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    try:
        return boto3.client(
            "s3",
            endpoint_url=endpoint,
            # What R2 calls its one region; AWS has regions of its own.
            region_name=region or ("auto" if endpoint else None),
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(
                connect_timeout=5,
                read_timeout=30,
                retries={"mode": "standard", "total_max_attempts": max_attempts},
                max_pool_connections=32,
                # R2 and others know few of the checksums that AWS adds of late; the store sends
                # its own, and the signature covers the body.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                signature_version="s3v4",
                s3={"payload_signing_enabled": True},
            ),
        )
    except (ValueError, BotoCoreError) as error:
        message = (
            f"S3_ENDPOINT is {endpoint!r} and S3_REGION {region!r}, which give no client: {error}. "
            "Expected an address such as 'https://ACCOUNT.r2.cloudflarestorage.com'."
        )
        raise ConfigurationError(message) from error
