"""Where on Modal scenes are rendered, and what that costs."""

from typing import Final

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from arxiviz_pipeline.rendering.revision import REVISION, manim_version

RENDER_TIMEOUT_SECONDS: Final = 300.0


def function_name() -> str:
    """Return what the function is called that plays scenes as this installation would.

    It is named after what decides the pixels: who looks for it finds that one, or none.
    """
    return f"play-scene-manim-{manim_version()}-{REVISION}".replace(".", "-")


class ModalSettings(BaseSettings):
    """What is known of Modal, here and where the app is deployed.

    Prices are Modal's for sandboxes, in US dollars; a core is a physical one.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    render_timeout_seconds: float = Field(
        default=RENDER_TIMEOUT_SECONDS, gt=0, validation_alias="ARXIVIZ_RENDER_TIMEOUT_SECONDS"
    )
    modal_app: str = Field(default="arxiviz", min_length=1, validation_alias="ARXIVIZ_MODAL_APP")
    modal_max_containers: int = Field(
        default=100, ge=1, le=10_000, validation_alias="ARXIVIZ_MODAL_MAX_CONTAINERS"
    )
    modal_token_id: str | None = Field(default=None, validation_alias="MODAL_TOKEN_ID")
    modal_token_secret: SecretStr | None = Field(
        default=None, validation_alias="MODAL_TOKEN_SECRET"
    )
    modal_core_second_usd: float = Field(
        default=0.00003942, ge=0, validation_alias="ARXIVIZ_MODAL_CORE_SECOND_USD"
    )
    modal_gib_second_usd: float = Field(
        default=0.00000672, ge=0, validation_alias="ARXIVIZ_MODAL_GIB_SECOND_USD"
    )
