"""Makes the bucket of an S3 server that has just been installed, and lets everybody play videos.

Run by the service `bucket` of compose.yaml; it may run again at any time. A bucket of R2 or AWS is
made by its owner: README.md.
"""

import json
import sys

from botocore.exceptions import ClientError

from arxiviz_pipeline.storage.bucket import PROBE_PREFIX, apply_rules
from arxiviz_pipeline.storage.config import StorageSettings
from arxiviz_pipeline.storage.open_store import open_s3_client

READABLE = ("videos/", PROBE_PREFIX)
"""What is public: the videos, and what `arxiviz doctor` writes to see that they are."""


def main() -> None:
    """Make the bucket unless it is there, and write its rules."""
    settings = StorageSettings()
    bucket = settings.s3_bucket
    if bucket is None:
        sys.exit("S3_BUCKET is not set.")
    client = open_s3_client(settings)
    try:
        client.create_bucket(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] not in (
            "BucketAlreadyOwnedByYou",
            "BucketAlreadyExists",
        ):
            raise
    apply_rules(client, bucket, ["*"])
    client.put_bucket_policy(Bucket=bucket, Policy=json.dumps(public_policy(bucket)))
    print(f"The bucket {bucket} is there; everybody may read its videos.")  # noqa: T201


def public_policy(bucket: str) -> dict[str, object]:
    """Return the policy that lets everybody read what is public, and nobody list it."""
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": [f"arn:aws:s3:::{bucket}/{prefix}*" for prefix in READABLE],
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


if __name__ == "__main__":
    main()
