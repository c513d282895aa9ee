"""What an LLM was asked, and what that cost."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LlmUsage:
    """What a script cost.

    Attributes:
        request_count: Requests that were sent; answers from the cache are not among them.
        cost_usd: None where the model's price is not known.
    """

    model: str
    request_count: int = 0
    cached_count: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None

    def __add__(self, other: "LlmUsage") -> "LlmUsage":
        """Sum up two usages; the cost is unknown if a request of unknown price is among them."""
        known = all(each.cost_usd is not None for each in (self, other) if each.request_count)
        return LlmUsage(
            model=self.model,
            request_count=self.request_count + other.request_count,
            cached_count=self.cached_count + other.cached_count,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cost_usd=(self.cost_usd or 0.0) + (other.cost_usd or 0.0) if known else None,
        )
