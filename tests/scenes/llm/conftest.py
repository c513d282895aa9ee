"""What every test of the LLM writer has: an empty store, and no settings but its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.scenes.llm.metered_model import Patience
from arxiviz_pipeline.scenes.llm.model_names import find_model
from arxiviz_pipeline.scenes.llm.writer import LlmWriter
from arxiviz_pipeline.storage.folder_store import FolderStore
from tests.scenes.llm.chat_server import ChatServer

_KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY")


@pytest.fixture(autouse=True)
def nobodys_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No key and no .env of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    for name in (*_KEYS, "ARXIVIZ_LLM", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, "")  # so that what a test sets by other means is taken back too
        monkeypatch.delenv(name)


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return FolderStore(tmp_path / "objects")


WriterOf = Callable[..., LlmWriter]


@pytest.fixture
def writer_of(monkeypatch: pytest.MonkeyPatch, store: ObjectStore) -> WriterOf:
    """Make writers that ask a server on loopback, as an installation's settings would."""

    def make(
        server: ChatServer,
        name: str = "openai-chat:gpt-5",
        *,
        budget_usd: float = 1.0,
        max_concurrency: int = 4,
        timeout_seconds: float = 30.0,
    ) -> LlmWriter:
        for provider in ("OPENAI", "ANTHROPIC", "GOOGLE"):
            monkeypatch.setenv(f"{provider}_API_KEY", "made-up-key")
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", server.url)
        return LlmWriter(
            find_model(name),
            store,
            budget_usd=budget_usd,
            max_concurrency=max_concurrency,
            patience=Patience(timeout_seconds, attempts=3, wait_seconds=0.01),
        )

    return make
