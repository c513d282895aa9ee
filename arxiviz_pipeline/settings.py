"""The pipeline's settings: the environment, read once. `.env.example` lists them all."""

from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, HttpUrl, SecretStr, field_validator, model_validator

from arxiviz_pipeline.domain.licences import LicencePolicy
from arxiviz_pipeline.domain.models import Quality, RenderSettings
from arxiviz_pipeline.ingest.watch.settings import WatchSettings
from arxiviz_pipeline.rendering.on_modal.settings import ModalSettings
from arxiviz_pipeline.scenes.llm.settings import LlmSettings
from arxiviz_pipeline.storage.config import StorageSettings

CELERY_MISSING: Final = (
    "ARXIVIZ_CELERY_BROKER wants steps executed by Celery, which is not installed: "
    ".venv/bin/uv pip install --require-hashes -r deploy/celery/requirements.lock"
)


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
    celery_broker: SecretStr | None = Field(default=None, validation_alias="ARXIVIZ_CELERY_BROKER")
    celery_backend: SecretStr | None = Field(
        default=None, validation_alias="ARXIVIZ_CELERY_BACKEND"
    )
    licence_policy: LicencePolicy = Field(default="any", validation_alias="ARXIVIZ_LICENCE_POLICY")

    def render_settings(self, quality: Quality | None = None) -> RenderSettings:
        """Return how scenes are rendered, at this quality or at that of the settings."""
        return RenderSettings(
            quality or self.quality,
            self.render_timeout_seconds,
            limit_seconds=self.video_limit_seconds,
        )

    @property
    def celery_urls(self) -> tuple[str, str] | None:
        """Celery's broker and its store of results; None if it is not used."""
        if self.celery_broker is None:
            return None
        backend = self.celery_backend or self.celery_broker
        return self.celery_broker.get_secret_value(), backend.get_secret_value()

    @model_validator(mode="after")
    def _check_celery(self) -> Self:
        if self.celery_urls is None or self.celery_backend is not None:
            return self
        if not self.celery_urls[0].startswith(("redis://", "rediss://")):
            message = "a broker that is no redis:// keeps no results: set ARXIVIZ_CELERY_BACKEND"
            raise ValueError(message)
        return self

    @field_validator("papers_dir")
    @classmethod
    def _resolve_papers_dir(cls, folder: Path | None) -> Path | None:
        return None if folder is None else folder.expanduser().resolve()
