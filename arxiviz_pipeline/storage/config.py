"""Where things are kept: the settings that the pipeline and the API share."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from arxiviz_pipeline.storage.database import parse_database_url

SIGNED_SECONDS_MAX = 7 * 24 * 3600  # what version 4 of AWS's signatures allows


class StorageSettings(BaseSettings):
    """The folder of this installation, and the S3 bucket and the Postgres if there are any.

    With `S3_BUCKET` set objects go there; without, to `ARXIVIZ_HOME/objects`. With `DATABASE_URL`
    set Dagster's catalog is in that Postgres; without, in SQLite files in `ARXIVIZ_HOME`.
    """

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    home: Path = Field(
        default=Path(".arxiviz"), validate_default=True, validation_alias="ARXIVIZ_HOME"
    )
    database_url: SecretStr | None = Field(default=None, validation_alias="DATABASE_URL")
    s3_endpoint: str | None = Field(default=None, validation_alias="S3_ENDPOINT")
    s3_bucket: str | None = Field(default=None, validation_alias="S3_BUCKET")
    s3_access_key: SecretStr | None = Field(default=None, validation_alias="S3_ACCESS_KEY")
    s3_secret_key: SecretStr | None = Field(default=None, validation_alias="S3_SECRET_KEY")
    s3_region: str | None = Field(default=None, validation_alias="S3_REGION")
    s3_public_url: str | None = Field(default=None, validation_alias="S3_PUBLIC_URL")
    s3_url_expiry_seconds: int = Field(
        default=24 * 3600, ge=60, le=SIGNED_SECONDS_MAX, validation_alias="S3_URL_EXPIRY_SECONDS"
    )

    @field_validator("home")
    @classmethod
    def _resolve_home(cls, home: Path) -> Path:
        return home.expanduser().resolve()

    @field_validator("database_url")
    @classmethod
    def _check_database_url(cls, url: SecretStr | None) -> SecretStr | None:
        return url and SecretStr(parse_database_url(url.get_secret_value()))
