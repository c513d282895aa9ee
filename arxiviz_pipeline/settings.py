"""The pipeline's settings: the environment, read once. `.env.example` lists them all."""

from pathlib import Path
from typing import Literal

from pydantic import Field, HttpUrl, field_validator

from arxiviz_pipeline.domain.licences import LicencePolicy
from arxiviz_pipeline.domain.models import Quality, RenderSettings
from arxiviz_pipeline.ingest.watch.settings import WatchSettings
from arxiviz_pipeline.rendering.on_modal.settings import ModalSettings
from arxiviz_pipeline.scenes.llm.settings import LlmSettings
from arxiviz_pipeline.storage.config import StorageSettings


class Settings(StorageSettings, WatchSettings, LlmSettings, ModalSettings):
    """What the pipeline is plugged together from."""

    renderer: Literal["local", "modal"] = Field(
        default="local", validation_alias="ARXIVIZ_RENDERER"
    )
    sandbox: Literal["available", "required"] = Field(
        default="available", validation_alias="ARXIVIZ_SANDBOX"
    )
    quality: Quality = Field(default="medium", validation_alias="ARXIVIZ_QUALITY")
    render_concurrency: int = Field(
        default=5, ge=1, le=1000, validation_alias="ARXIVIZ_RENDER_CONCURRENCY"
    )
    video_limit_seconds: float = Field(
        default=600.0, gt=0, validation_alias="ARXIVIZ_VIDEO_LIMIT_SECONDS"
    )
    papers_dir: Path | None = Field(default=None, validation_alias="ARXIVIZ_PAPERS_DIR")
    contact: str | None = Field(default=None, validation_alias="ARXIVIZ_CONTACT")
    public_url: HttpUrl = Field(
        default=HttpUrl("http://127.0.0.1:8000"), validation_alias="ARXIVIZ_PUBLIC_URL"
    )
    arxiv_api_url: HttpUrl = Field(
        default=HttpUrl("https://export.arxiv.org/api/query"), validation_alias="ARXIV_API_URL"
    )
    arxiv_url: HttpUrl = Field(default=HttpUrl("https://arxiv.org"), validation_alias="ARXIV_URL")
    ar5iv_url: HttpUrl = Field(
        default=HttpUrl("https://ar5iv.labs.arxiv.org"), validation_alias="AR5IV_URL"
    )

    arxiv_export_url: HttpUrl = Field(
        default=HttpUrl("https://export.arxiv.org"), validation_alias="ARXIV_EXPORT_URL"
    )
    arxiv_fresh_hours: float = Field(default=24.0, ge=0, validation_alias="ARXIV_FRESH_HOURS")
    licence_policy: LicencePolicy = Field(default="any", validation_alias="ARXIVIZ_LICENCE_POLICY")

    def render_settings(self, quality: Quality | None = None) -> RenderSettings:
        """Return how scenes are rendered, at this quality or at that of the settings."""
        return RenderSettings(
            quality or self.quality,
            self.render_timeout_seconds,
            limit_seconds=self.video_limit_seconds,
        )

    @field_validator("papers_dir")
    @classmethod
    def _resolve_papers_dir(cls, folder: Path | None) -> Path | None:
        return None if folder is None else folder.expanduser().resolve()
