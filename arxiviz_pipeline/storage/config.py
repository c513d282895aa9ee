"""Where objects are kept: the settings that the pipeline and the API share."""

from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class StorageSettings(BaseSettings):
    """The folder of this installation, and the S3 bucket if there is one.

    With `S3_BUCKET` set objects go there; without, to `ARXIVIZ_HOME/objects`.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    home: Path = Field(
        default=Path(".arxiviz"), validate_default=True, validation_alias="ARXIVIZ_HOME"
    )
    s3_endpoint: str | None = Field(default=None, validation_alias="S3_ENDPOINT")
    s3_bucket: str | None = Field(default=None, validation_alias="S3_BUCKET")
    s3_access_key: SecretStr | None = Field(default=None, validation_alias="S3_ACCESS_KEY")
    s3_secret_key: SecretStr | None = Field(default=None, validation_alias="S3_SECRET_KEY")
    s3_region: str | None = Field(default=None, validation_alias="S3_REGION")
    s3_public_url: str | None = Field(default=None, validation_alias="S3_PUBLIC_URL")

    @field_validator("home")
    @classmethod
    def _resolve_home(cls, home: Path) -> Path:
        return home.expanduser().resolve()
