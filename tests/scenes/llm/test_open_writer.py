"""The settings say whether an LLM is asked, and are wrong at the start or not at all."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.scenes.llm.open_writer import build_llm_writer
from arxiviz_pipeline.scenes.llm.settings import LlmSettings

ROOT = Path(__file__).parents[3]


def settings_for(monkeypatch: pytest.MonkeyPatch, name: str) -> LlmSettings:
    monkeypatch.setenv("ARXIVIZ_LLM", name)
    return LlmSettings()


@pytest.mark.parametrize("name", ["", None])
def test_without_a_models_name_there_is_no_writer(
    monkeypatch: pytest.MonkeyPatch, store: ObjectStore, name: str | None
):
    if name is not None:
        monkeypatch.setenv("ARXIVIZ_LLM", name)
    assert build_llm_writer(LlmSettings(), store) is None


def test_a_model_with_its_key_gives_a_writer(monkeypatch: pytest.MonkeyPatch, store: ObjectStore):
    monkeypatch.setenv("OPENAI_API_KEY", "made-up-key")
    monkeypatch.setenv("ARXIVIZ_LLM_CONCURRENCY", "3")
    writer = build_llm_writer(settings_for(monkeypatch, "openai:gpt-6.1-terra"), store)
    assert writer is not None
    assert writer.max_concurrency == 3
    assert writer.origin == "llm:openai:gpt-6.1-terra"


def test_a_key_beside_the_models_name_in_dotenv_is_found(store: ObjectStore):
    Path(".env").write_text("ARXIVIZ_LLM=openai:gpt-6.1-terra\nOPENAI_API_KEY=made-up-key\n")
    assert build_llm_writer(LlmSettings(), store) is not None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("openai:gpt-6.1-terra", "OPENAI_API_KEY"),
        ("anthropic:claude-sonnet-5-5", "ANTHROPIC_API_KEY"),
        ("google:gemini-3.8-flash", "GOOGLE_API_KEY"),
        ("ollama:llama3", "OLLAMA_BASE_URL"),
        ("groq:llama", r"pydantic-ai-slim\[groq\]"),
        ("opnai:gpt-6.1-terra", "Unknown model.*Did you mean 'openai:gpt-6.1-terra'"),
        ("gpt-6.1-terra", "provider:model.*did you mean 'openai:gpt-6.1-terra'"),
        ("openai:", "no provider, or no model"),
        ("test", "no provider, or no model"),
    ],
)
def test_a_model_that_cannot_be_asked_is_told_at_the_start(
    monkeypatch: pytest.MonkeyPatch, store: ObjectStore, name: str, message: str
):
    with pytest.raises(ConfigurationError, match=f"ARXIVIZ_LLM='{name}'.*{message}"):
        build_llm_writer(settings_for(monkeypatch, name), store)


def test_a_model_nobody_has_heard_of_is_asked_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, store: ObjectStore, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("OPENAI_API_KEY", "made-up-key")
    with caplog.at_level(logging.WARNING):
        assert build_llm_writer(settings_for(monkeypatch, "openai:gpt-6.1-tera"), store)
    assert "did you mean 'openai:gpt-6.1-terra'?" in caplog.text


def test_definitions_without_an_llm_import_no_client(tmp_path: Path):
    program = (
        "import sys, arxiviz_pipeline.definitions\n"
        "clients = {'pydantic_ai', 'openai', 'anthropic', 'google.genai', 'genai_prices'}\n"
        "print(sorted(clients & set(sys.modules)))"
    )
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout.strip()) == (0, "[]"), ended.stderr[-2000:]
