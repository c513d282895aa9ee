"""Which announcements are followed: the settings of the sensors and of `arxiviz watch`."""

from collections.abc import Callable, Iterable
from typing import Annotated, TypeVar

from pydantic import Field, HttpUrl, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from arxiviz_pipeline.domain.announcements import (
    AnnounceType,
    parse_announce_types,
    parse_categories,
)
from arxiviz_pipeline.domain.errors import ConfigurationError

T = TypeVar("T")


class WatchSettings(BaseSettings):
    """What is watched; without categories, nothing."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    watch: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), validation_alias="ARXIVIZ_WATCH"
    )
    watch_types: Annotated[tuple[AnnounceType, ...], NoDecode] = Field(
        default=("new",), validation_alias="ARXIVIZ_WATCH_TYPES"
    )
    watch_rate: int = Field(default=20, ge=1, le=1000, validation_alias="ARXIVIZ_WATCH_RATE")
    arxiv_rss_url: HttpUrl = Field(
        default=HttpUrl("https://rss.arxiv.org/rss"), validation_alias="ARXIV_RSS_URL"
    )
    arxiv_oai_url: HttpUrl = Field(
        default=HttpUrl("https://oaipmh.arxiv.org/oai"), validation_alias="ARXIV_OAI_URL"
    )

    @field_validator("watch", mode="before")
    @classmethod
    def _split_categories(cls, value: object) -> object:
        return _read("ARXIVIZ_WATCH", parse_categories, value)

    @field_validator("watch_types", mode="before")
    @classmethod
    def _split_types(cls, value: object) -> object:
        return _read("ARXIVIZ_WATCH_TYPES", parse_announce_types, value)


def _read(name: str, parse: Callable[[Iterable[str]], T], value: object) -> object:
    if not isinstance(value, str):  # the default, or what a test gives
        return value
    try:
        return parse(value.split(","))
    except ConfigurationError as error:
        message = f"{name}: {error}"
        raise ConfigurationError(message) from error
