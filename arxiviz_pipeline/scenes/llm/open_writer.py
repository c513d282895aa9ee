"""Makes the LLM writer that the settings ask for, and opens it when it is first asked."""

from threading import Event, Lock
from typing import TYPE_CHECKING

from dotenv import load_dotenv

from arxiviz_pipeline.domain.errors import ConfigurationError, WritingError
from arxiviz_pipeline.domain.models import Finding, Paper, SceneScript, Section
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.scenes.llm.settings import LlmSettings

if TYPE_CHECKING:
    from arxiviz_pipeline.scenes.llm.writer import LlmWriter


def build_llm_writer(settings: LlmSettings, store: ObjectStore) -> "LlmWriterOnDemand | None":
    """Return the writer that `ARXIVIZ_LLM` names, or None where it names none.

    Whether it can be asked is known when it is: a key that is missing costs no paper its videos,
    and the service its start least of all.
    """
    return None if settings.llm is None else LlmWriterOnDemand(settings.llm, settings, store)


def open_llm_writer(name: str, settings: LlmSettings, store: ObjectStore) -> "LlmWriter":
    """Open a model as the settings say; nothing is sent.

    Raises:
        ConfigurationError: If its provider cannot be asked, or the key is not set.
    """
    # pydantic-ai takes a second to import, which nobody is to wait for who does not use it.
    from arxiviz_pipeline.scenes.llm.metered_model import Patience
    from arxiviz_pipeline.scenes.llm.model_names import find_model
    from arxiviz_pipeline.scenes.llm.writer import LlmWriter

    # Providers look for their keys in the environment: `dagster dev` puts .env there, others not.
    load_dotenv(".env")
    return LlmWriter(
        find_model(name),
        store,
        budget_usd=settings.llm_budget_usd,
        budget_tokens=settings.llm_budget_tokens,
        max_concurrency=settings.llm_concurrency,
        patience=Patience(timeout_seconds=settings.llm_timeout_seconds),
    )


class LlmWriterOnDemand:
    """A writer that is opened by whoever asks it first; many threads may.

    Attributes:
        max_concurrency: How many scripts are of use at once.
    """

    def __init__(self, name: str, settings: LlmSettings, store: ObjectStore) -> None:
        """Take a model's name, and what it is opened with."""
        self.max_concurrency = settings.llm_concurrency
        self._name = name
        self._settings = settings
        self._store = store
        self._opened: LlmWriter | None = None
        self._opening = Lock()

    def write(self, paper: Paper, section: Section, cancelled: Event | None = None) -> SceneScript:
        """Write a section's script.

        Raises:
            WritingError: If that came to nothing, or the LLM cannot be asked as things are set.
            RenderError: Of kind `cancelled`.
        """
        return self._writer().write(paper, section, cancelled)

    def revise(
        self,
        paper: Paper,
        section: Section,
        script: SceneScript,
        failure: Finding,
        excerpt: str,
        cancelled: Event | None = None,
    ) -> SceneScript:
        """Write a failing script anew.

        Raises:
            WritingError: As `write` does.
            RenderError: Of kind `cancelled`.
        """
        return self._writer().revise(paper, section, script, failure, excerpt, cancelled)

    def _writer(self) -> "LlmWriter":
        with self._opening:
            if self._opened is None:
                try:
                    self._opened = open_llm_writer(self._name, self._settings, self._store)
                except ConfigurationError as error:
                    raise WritingError(str(error)) from error
            return self._opened
