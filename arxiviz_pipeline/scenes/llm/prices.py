"""What requests cost, as far as genai-prices knows the model."""

from genai_prices import Usage, calc_price
from pydantic_ai.messages import ModelResponse
from pydantic_ai.models import Model


def estimate_usd(model: Model, input_tokens: int, output_tokens: int) -> float | None:
    """Tell what a request of this size costs, or None where the model's price is not known."""
    usage = Usage(input_tokens=input_tokens, output_tokens=output_tokens)
    try:
        price = calc_price(usage, model.model_name, provider_id=model.system)
    except (LookupError, ValueError):
        return None
    return float(price.total_price)


def cost_usd(response: ModelResponse) -> float | None:
    """Tell what a response cost, or None where it cannot be told."""
    if response.usage.cost is not None:  # a gateway's own word
        return float(response.usage.cost)
    try:
        return float(response.cost().total_price)
    except (LookupError, ValueError, AssertionError):
        return None
