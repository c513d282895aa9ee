"""What the API reads from the environment or `.env`."""

from typing import Annotated

from pydantic import Field, HttpUrl, field_validator
from pydantic_settings import NoDecode

from arxiviz_pipeline.storage.config import StorageSettings


class ApiSettings(StorageSettings):
    """Where things are kept, where Dagster answers, who may ask."""

    dagster_graphql_url: HttpUrl = Field(
        default=HttpUrl("http://127.0.0.1:3000/graphql"), validation_alias="DAGSTER_GRAPHQL_URL"
    )
    public_url: HttpUrl | None = Field(
        default=None,
        validation_alias="ARXIVIZ_PUBLIC_URL",
        description="Where browsers reach this API; without it, the address they asked.",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("*",),
        validation_alias="ARXIVIZ_CORS_ORIGINS",
        description="Origins whose pages may call the API, separated by commas.",
    )

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(origin.strip().rstrip("/") for origin in value.split(",") if origin.strip())
