"""Tells why a question got no answer, and what helps."""

from pydantic_ai.exceptions import (
    ContentFilterError,
    ModelAPIError,
    ModelAuthenticationError,
    ModelNotFoundError,
    ModelQuotaExceededError,
    ModelRateLimitError,
    OutputTokenLimitExceeded,
    UnexpectedModelBehavior,
)

_LONGEST_CAUSE = 500

WILL_NOT_CHANGE = (ModelAuthenticationError, ModelNotFoundError, ModelQuotaExceededError)
"""Whoever asks again gets the same answer, until somebody changes the settings or pays."""


def describe_failure(error: Exception) -> str:
    """Return the end of a sentence: what happened, and what to do."""
    match error:
        case TimeoutError():
            return "no answer came in time. Raise ARXIVIZ_LLM_TIMEOUT_SECONDS"
        case ModelAuthenticationError():
            return f"the service refuses the key. Check the provider's key: {_cause(error)}"
        case ModelNotFoundError():
            return f"the service has no such model. Check ARXIVIZ_LLM: {_cause(error)}"
        case ModelQuotaExceededError():
            return f"the account's quota is spent. See to it with the provider: {_cause(error)}"
        case ModelRateLimitError():
            return (
                "the service still asks to wait. Lower ARXIVIZ_LLM_CONCURRENCY, or make the "
                f"paper again later: {_cause(error)}"
            )
        case ModelAPIError():
            return f"the service failed: {_cause(error)}"
        case OutputTokenLimitExceeded():
            return "the answer was cut off at its longest length"
        case ContentFilterError():
            return f"the service declined to answer: {_cause(error)}"
        case UnexpectedModelBehavior():
            return f"no answer was usable: {_cause(error)}"
        case _:
            return _cause(error)


def _cause(error: BaseException) -> str:
    """Tell an error with what it came from, on one line, not at length."""
    reason = f"{error} {error.__cause__}" if error.__cause__ else str(error)
    line = " ".join(reason.split()).rstrip(".")
    return line if len(line) <= _LONGEST_CAUSE else f"{line[:_LONGEST_CAUSE]}…"
