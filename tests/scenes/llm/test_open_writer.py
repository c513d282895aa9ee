"""The settings say whether an LLM is asked; what is wrong with them is told when it is."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import ConfigurationError, WritingError
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.scenes.llm.open_writer import build_llm_writer, open_llm_writer
from arxiviz_pipeline.scenes.llm.settings import LlmSettings
from tests.scenes.llm.answers import CODE, CODE_ANSWER, PLAN
from tests.scenes.llm.chat_server import calls, says, serving
from tests.scenes.sections import make_paper, make_section

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
    name = "openai:gpt-6.1-terra"
    settings = settings_for(monkeypatch, name)
    writer = open_llm_writer(name, settings, store)
    on_demand = build_llm_writer(settings, store)
    assert on_demand is not None
    assert on_demand.max_concurrency == writer.max_concurrency == 3
    assert writer.origin == "llm:openai:gpt-6.1-terra"


def test_a_key_beside_the_models_name_in_dotenv_is_found(store: ObjectStore):
    Path(".env").write_text("ARXIVIZ_LLM=openai:gpt-6.1-terra\nOPENAI_API_KEY=made-up-key\n")
    settings = LlmSettings()
    assert settings.llm == "openai:gpt-6.1-terra"
    assert open_llm_writer(settings.llm, settings, store)


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
def test_a_model_that_cannot_be_asked_is_told_when_it_is(
    monkeypatch: pytest.MonkeyPatch, store: ObjectStore, name: str, message: str
):
    settings = settings_for(monkeypatch, name)
    with pytest.raises(ConfigurationError, match=f"ARXIVIZ_LLM='{name}'.*{message}"):
        open_llm_writer(name, settings, store)
    writer = build_llm_writer(settings, store)
    assert writer is not None
    with pytest.raises(WritingError, match=f"ARXIVIZ_LLM='{name}'.*{message}") as caught:
        writer.write(make_paper(), make_section("A text."))
    assert caught.value.usage is None


def test_a_key_that_comes_later_opens_the_model(
    monkeypatch: pytest.MonkeyPatch, store: ObjectStore
):
    with serving(calls(PLAN), says(CODE_ANSWER)) as server:
        writer = build_llm_writer(settings_for(monkeypatch, "openai-chat:gpt-5"), store)
        assert writer is not None
        with pytest.raises(WritingError, match="OPENAI_API_KEY"):
            writer.write(make_paper(), make_section("A text."))
        monkeypatch.setenv("OPENAI_API_KEY", "made-up-key")
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.url}/v1")
        script = writer.write(make_paper(), make_section("A text."))
    assert script.manim_code == CODE


def test_a_model_nobody_has_heard_of_is_asked_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, store: ObjectStore, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setenv("OPENAI_API_KEY", "made-up-key")
    with caplog.at_level(logging.WARNING):
        name = "openai:gpt-6.1-tera"
        assert open_llm_writer(name, settings_for(monkeypatch, name), store)
    assert "did you mean 'openai:gpt-6.1-terra'?" in caplog.text


@pytest.mark.parametrize("llm", ["", "openai:gpt-6.1-terra"])
def test_definitions_import_no_client_and_need_no_key(tmp_path: Path, llm: str):
    program = (
        "import sys, arxiviz_pipeline.definitions\n"
        "clients = {'pydantic_ai', 'openai', 'anthropic', 'google.genai', 'genai_prices'}\n"
        "print(sorted(clients & set(sys.modules)))"
    )
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    environment["ARXIVIZ_LLM"] = llm
    ended = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout.strip()) == (0, "[]"), ended.stderr[-2000:]
