"""Which LLM writes scripts, and what it may cost."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class LlmSettings(BaseSettings):
    """How scripts are written by an LLM; without a model's name, none is asked."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    llm: str | None = Field(default=None, validation_alias="ARXIVIZ_LLM")
    llm_budget_usd: float = Field(default=1.0, ge=0, validation_alias="ARXIVIZ_LLM_BUDGET_USD")
    llm_budget_tokens: int = Field(
        default=500_000, ge=0, validation_alias="ARXIVIZ_LLM_BUDGET_TOKENS"
    )
    llm_concurrency: int = Field(
        default=4, ge=1, le=100, validation_alias="ARXIVIZ_LLM_CONCURRENCY"
    )
    llm_timeout_seconds: float = Field(
        default=300.0, gt=0, validation_alias="ARXIVIZ_LLM_TIMEOUT_SECONDS"
    )
