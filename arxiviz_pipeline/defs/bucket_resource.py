"""dagster-aws's S3 resource, with the patience and the checksums that our buckets need.

Dagster's page: https://docs.dagster.io/integrations/libraries/aws/s3
"""

from typing import Any

from dagster_aws.s3 import S3Resource

from arxiviz_pipeline.storage.s3_client import MAX_ATTEMPTS, connect


class BucketResource(S3Resource):
    """S3, or a service that speaks it, as the API and the command line reach it too."""

    max_attempts: int = MAX_ATTEMPTS

    def get_client(self) -> Any:
        """Return a boto3 client."""
        return connect(
            endpoint=self.endpoint_url,
            region=self.region_name,
            access_key=self.aws_access_key_id,
            secret_key=self.aws_secret_access_key,
            max_attempts=self.max_attempts,
        )
