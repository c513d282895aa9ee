"""Asks an LLM one question, in an event loop that lasts as long as the answer takes.

Scripts are written in threads. A loop, a client and its connections to each question, all closed
with it, leave nothing to share between threads and nothing to tidy up at the end of a program;
opening them takes 20 ms, an answer many seconds.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import BoundedSemaphore, Event
from typing import Final, Generic, TypeVar

from pydantic_ai import Agent, ModelSettings
from pydantic_ai.models import Model

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.scenes.llm.answers import AnswerForm
from arxiviz_pipeline.scenes.llm.budget import PaperBudget
from arxiviz_pipeline.scenes.llm.fence import Fence, Material
from arxiviz_pipeline.scenes.llm.kept_answers import KeptAnswers
from arxiviz_pipeline.scenes.llm.metered_model import MeteredModel, Patience, Tally

ANSWER_RETRIES: Final = 2
"""How often an answer that is not as it must be goes back with the reason."""
_LOOK_SECONDS = 0.2

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """What an LLM is asked.

    Attributes:
        step: What it is to write, in a word or two.
        instructions: The same for every paper, so that services can keep them in memory.
        materials: What of the paper it needs; quoted, never part of what is asked.
        request: What is asked.
        most_tokens: The longest answer, with whatever the LLM thinks before it.
    """

    step: str
    instructions: str
    materials: tuple[Material, ...]
    request: str
    form: AnswerForm[T]
    most_tokens: int


@dataclass(frozen=True, slots=True)
class Errand:
    """On whose account a question is asked."""

    budget: PaperBudget
    tally: Tally
    cancelled: Event | None = None


class Asker:
    """Finds answers that were given before, and asks for others."""

    def __init__(
        self,
        open_model: Callable[[], Model],
        model_identity: str,
        kept_answers: KeptAnswers,
        patience: Patience,
        max_concurrency: int,
    ) -> None:
        """Take what opens a model, and what tells its answers from those of any other."""
        self._open_model = open_model
        self._model_identity = model_identity
        self._kept_answers = kept_answers
        self._patience = patience
        self._slots = BoundedSemaphore(max_concurrency)

    def find(self, question: Question[T], errand: Errand) -> T | None:
        """Return what was answered to this question before, if anything was."""
        kept = self._kept_answers.find(self._describe(question), question.form.load)
        if kept is not None:
            errand.tally.add_cached()
        return kept

    def ask(self, question: Question[T], errand: Errand) -> T:
        """Have the question answered, in its form, and keep the answer.

        Raises:
            BudgetSpentError: Before a request that could cost more than is left.
            AgentRunError: As pydantic-ai tells.
            TimeoutError: If there is no answer in time.
            RenderError: Of kind `cancelled`.
        """
        with self._slot(errand.cancelled):
            answer = asyncio.run(_unless(errand.cancelled, self._send(question, errand)))
        self._kept_answers.keep(self._describe(question), question.form.dump(answer))
        return answer

    def _describe(self, question: Question[T]) -> dict[str, object]:
        """Everything that decides an answer, but not the fence, which is never the same."""
        return {
            "model": self._model_identity,
            "step": question.step,
            "instructions": question.instructions,
            "materials": [(each.name, each.shown) for each in question.materials],
            "request": question.request,
            "most_tokens": question.most_tokens,
        }

    async def _send(self, question: Question[T], errand: Errand) -> T:
        fence = Fence()
        model = MeteredModel(self._open_model(), errand.budget, errand.tally, self._patience)
        agent = Agent(
            model,
            output_type=question.form.output_type,
            # What differs from question to question comes last: the rest can be kept in memory.
            instructions=[question.instructions, lambda: fence.rule],
            model_settings=_model_settings(model.wrapped, question.most_tokens),
            retries={"output": ANSWER_RETRIES},
            name="scene_writer",
        )
        async with agent:
            result = await agent.run(f"{fence.around(question.materials)}\n\n{question.request}")
        return result.output

    @contextmanager
    def _slot(self, cancelled: Event | None) -> Iterator[None]:
        """Wait until one question more may be under way."""
        while not self._slots.acquire(timeout=_LOOK_SECONDS):
            _raise_if(cancelled)
        try:
            _raise_if(cancelled)
            yield
        finally:
            self._slots.release()


def _model_settings(model: Model, most_tokens: int) -> ModelSettings:
    settings = ModelSettings(max_tokens=most_tokens, cache={"messages": False})
    if "max_retries" not in model.unsupported_settings:
        settings["max_retries"] = 0  # `MeteredModel` asks again, and counts it
    return settings


async def _unless(cancelled: Event | None, work: Coroutine[object, object, T]) -> T:
    """Do some work to its end, or until the event is set."""
    task = asyncio.ensure_future(work)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=_LOOK_SECONDS if cancelled else None)
            _raise_if(cancelled)
        return task.result()
    finally:
        task.cancel()


def _raise_if(cancelled: Event | None) -> None:
    if cancelled is not None and cancelled.is_set():
        raise RenderError(kind="cancelled", message="The script was cancelled.")
