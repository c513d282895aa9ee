"""Keeps what steps print where whoever looks at a run can see it.

That is the bucket where there is one, so that it does not matter on which machine a step ran
(`bucket_logs`), and a folder of this machine's where there is none. `dagster.yaml` names `RunLogs`.

Dagster's page: https://docs.dagster.io/deployment/oss/oss-instance-configuration#compute-log-storage
"""

from collections.abc import Mapping
from typing import Any

from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._serdes import ConfigurableClassData

from arxiviz_pipeline.storage.config import StorageSettings


class RunLogs(LocalComputeLogManager):
    """Dagster's own folder of logs, unless `S3_BUCKET` is set."""

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Any:
        """Open the logs that the settings ask for; nothing is asked of a bucket yet."""
        settings = StorageSettings()
        if settings.s3_bucket is None:
            return cls(inst_data=inst_data, **config_value)
        # dagster-aws and boto3 are a second of import that a folder does not need.
        from arxiviz_pipeline.defs.bucket_logs import BucketLogs
        from arxiviz_pipeline.storage.open_store import open_s3_client

        return BucketLogs(
            open_s3_client(settings), settings.s3_bucket, config_value["base_dir"], inst_data
        )
