"""A model that waits, asks again and counts: every request of a script goes through it."""

import asyncio
from dataclasses import dataclass
from typing import Final

import stamina
from pydantic_ai.exceptions import (
    AgentRunError,
    ModelAPIError,
    ModelConnectionError,
    ModelHTTPError,
    ModelRateLimitError,
    ModelServerError,
    ModelUnavailableError,
)
from pydantic_ai.messages import ModelMessage, ModelMessagesTypeAdapter, ModelResponse
from pydantic_ai.models import Model, ModelRequestParameters
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.settings import ModelSettings

from arxiviz_pipeline.domain.llm_usage import LlmUsage
from arxiviz_pipeline.scenes.llm.budget import PaperBudget
from arxiviz_pipeline.scenes.llm.prices import cost_usd, estimate_usd

_BYTES_PER_TOKEN: Final = 3  # English has about 4, LaTeX about 3
_LONGEST_ASKED_WAIT_SECONDS: Final = 120.0
_PASSING_ERRORS: Final = (
    ModelRateLimitError,
    ModelUnavailableError,
    ModelServerError,
    ModelConnectionError,
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an answer, and how often to ask again where a service fails.

    Attributes:
        timeout_seconds: For one request and its whole answer.
        attempts: Requests in all.
        wait_seconds: Before the second request; doubled each time. A service that names a time
            is asked again then.
    """

    timeout_seconds: float = 300.0
    attempts: int = 5
    wait_seconds: float = 2.0
    longest_wait_seconds: float = 60.0


class Tally:
    """What a script has cost up to now."""

    def __init__(self, model: str) -> None:
        self.usage = LlmUsage(model, cost_usd=0.0)

    def add_cached(self) -> None:
        """Count an answer that was there already."""
        self.usage += LlmUsage(self.usage.model, cached_count=1)

    def add(self, response: ModelResponse | None, cost: float | None) -> None:
        """Count a request, whether or not an answer came."""
        tokens = (response.usage.input_tokens, response.usage.output_tokens) if response else (0, 0)
        self.usage += LlmUsage(self.usage.model, 1, 0, *tokens, cost_usd=cost)


class MeteredModel(WrapperModel):
    """Sends a request if the budget allows it, again where that helps, and counts what it cost."""

    def __init__(
        self, wrapped: Model, budget: PaperBudget, tally: Tally, patience: Patience
    ) -> None:
        super().__init__(wrapped)
        self._budget = budget
        self._tally = tally
        self._patience = patience

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Ask, and ask again where the service fails for now.

        Raises:
            BudgetSpentError: If the request could cost more than is left; it is not sent.
            ModelAPIError: If the service refuses, or still fails.
            TimeoutError: If it gives no answer in time.
        """
        patience = self._patience
        async for attempt in stamina.retry_context(
            on=_wait_before_another_try,
            attempts=patience.attempts,
            timeout=None,
            wait_initial=patience.wait_seconds,
            wait_max=patience.longest_wait_seconds,
            wait_jitter=patience.wait_seconds / 2,
        ):
            with attempt:
                return await self._ask_once(messages, model_settings, model_request_parameters)
        raise AssertionError  # the last attempt returns or raises

    async def _ask_once(
        self,
        messages: list[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
    ) -> ModelResponse:
        input_tokens = len(ModelMessagesTypeAdapter.dump_json(messages)) // _BYTES_PER_TOKEN
        output_tokens = (settings or {}).get("max_tokens", 0)
        usd = estimate_usd(self.wrapped, input_tokens, output_tokens)
        async with self._budget.hold(usd, input_tokens + output_tokens) as receipt:
            try:
                async with asyncio.timeout(self._patience.timeout_seconds):
                    response = await self.wrapped.request(messages, settings, parameters)
            except (TimeoutError, asyncio.CancelledError, AgentRunError) as error:
                billed = _may_be_billed(error)
                if billed:
                    receipt.settle_at_most()
                self._tally.add(None, usd if billed else 0.0)
                raise
            cost = cost_usd(response)
            receipt.settle(cost, response.usage.total_tokens)
            self._tally.add(response, cost)
            return response


def _may_be_billed(error: BaseException) -> bool:
    """Tell whether a service may yet have answered: nobody waited, or nobody can read it."""
    match error:
        case ModelHTTPError():
            return False
        case ModelConnectionError():
            return error.phase not in ("pool", "connect")
        case _:
            return True


def _wait_before_another_try(error: Exception) -> bool | float:
    """Tell whether it helps to ask again, or after how many seconds it may."""
    if not isinstance(error, ModelAPIError):
        return False
    unreadable = type(error) is ModelAPIError  # of no kind: an answer that is no JSON
    if not unreadable and not isinstance(error, _PASSING_ERRORS):
        return False
    if isinstance(error, ModelHTTPError) and error.provider_retry_hint is False:
        return False
    if error.retry_after is None:
        return True
    return error.retry_after if error.retry_after <= _LONGEST_ASKED_WAIT_SECONDS else False
