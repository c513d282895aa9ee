"""Makes the LLM writer that the settings ask for."""

from typing import TYPE_CHECKING

from dotenv import load_dotenv

from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.scenes.llm.settings import LlmSettings

if TYPE_CHECKING:
    from arxiviz_pipeline.scenes.llm.writer import LlmWriter


def build_llm_writer(settings: LlmSettings, store: ObjectStore) -> "LlmWriter | None":
    """Return the writer that `ARXIVIZ_LLM` names, or None where it names none.

    Nothing is sent.

    Raises:
        ConfigurationError: If it names a provider that cannot be asked, or its key is not set.
    """
    if settings.llm is None:
        return None
    # pydantic-ai takes a second to import, which nobody is to wait for who does not use it.
    from arxiviz_pipeline.scenes.llm.metered_model import Patience
    from arxiviz_pipeline.scenes.llm.model_names import find_model
    from arxiviz_pipeline.scenes.llm.writer import LlmWriter

    # Providers look for their keys in the environment: `dagster dev` puts .env there, others not.
    load_dotenv(".env")
    return LlmWriter(
        find_model(settings.llm),
        store,
        budget_usd=settings.llm_budget_usd,
        budget_tokens=settings.llm_budget_tokens,
        max_concurrency=settings.llm_concurrency,
        patience=Patience(timeout_seconds=settings.llm_timeout_seconds),
    )
