"""Answers that a test's LLM gives, and writers that ask it."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models import Model
from pydantic_ai.models.function import AgentInfo, FunctionModel

from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.scenes.llm.example_scene import EXAMPLE_CODE
from arxiviz_pipeline.scenes.llm.metered_model import Patience
from arxiviz_pipeline.scenes.llm.model_names import NamedModel
from arxiviz_pipeline.scenes.llm.writer import LlmWriter

BEATS: list[dict[str, Any]] = [
    {"narration": "How far does a stone fall?", "seconds": 5, "shows": "a title and the formula"},
    {"narration": "Twice the time, four times the way.", "seconds": 6, "shows": "the time, marked"},
    {
        "narration": "So the way grows with time squared.",
        "seconds": 6,
        "shows": "the formula in a frame",
    },
]
PLAN: dict[str, Any] = {"concept_type": "derivation", "concept": "A fall", "beats": BEATS}
CODE = EXAMPLE_CODE
OTHER_CODE = CODE.replace("self.wait(1.6)", "self.wait(1.7)")
CODE_ANSWER = f"Here it is.\n\n```python\n{CODE}```\n"
OTHER_CODE_ANSWER = f"```python\n{OTHER_CODE}```"


class ScriptedLlm:
    """Says one thing after the other: a plan as the output tool's call, everything else as text."""

    def __init__(self, *answers: object) -> None:
        self._answers = list(answers)
        self.heard: list[Sequence[ModelMessage]] = []
        self.infos: list[AgentInfo] = []

    def open(self) -> Model:
        return FunctionModel(self._answer, model_name="scripted")

    def _answer(self, messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        self.heard.append(list(messages))
        self.infos.append(info)
        answer = self._answers.pop(0)
        if isinstance(answer, str):
            return ModelResponse([TextPart(answer)])
        return ModelResponse([ToolCallPart(info.output_tools[0].name, json.dumps(answer))])

    def texts(self, request: int) -> str:
        """Everything that was said to the LLM in one of its requests, in order."""
        found: list[str] = []
        for message in self.heard[request]:
            found += [str(part.content) for part in message.parts if hasattr(part, "content")]
            found.append(getattr(message, "instructions", None) or "")
        return "\n".join(found)


def writer_asking(
    llm: ScriptedLlm | Callable[[], Model],
    store: ObjectStore,
    *,
    identity: str = "scripted",
    budget_tokens: int = 1_000_000,
    patience: Patience | None = None,
) -> LlmWriter:
    opener = llm.open if isinstance(llm, ScriptedLlm) else llm
    model = NamedModel("made-up:llm", identity, opener)
    return LlmWriter(model, store, budget_tokens=budget_tokens, patience=patience)
