"""Turns the name of a model into something that opens it, or says what is wrong with the name."""

import difflib
import logging
from collections.abc import Callable
from dataclasses import dataclass

from pydantic_ai.models import Model, infer_model, known_model_names

from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.scenes.llm.prices import estimate_usd

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model that can be asked.

    Attributes:
        name: As it was given: `openai:gpt-6.1-terra`.
        identity: The name and where it is asked: other servers give other answers.
    """

    name: str
    identity: str
    open: Callable[[], Model]


def find_model(name: str) -> NamedModel:
    """Make sure that a model can be asked, as far as that can be told without asking.

    Raises:
        ConfigurationError: If there is no such provider, its package is not installed, or what it
            needs (a key, an address) is not set.
    """

    def open_model() -> Model:
        return infer_model(name)

    if not all(name.partition(":")):
        message = (
            f"ARXIVIZ_LLM={name!r} names no provider, or no model. Write it as provider:model, "
            f"such as 'openai:gpt-6.1-terra'{_similar(name)}."
        )
        raise ConfigurationError(message)
    try:
        model = open_model()
    except Exception as error:  # each provider's library has errors of its own
        message = f"ARXIVIZ_LLM={name!r} cannot be asked: {_reason(error)}."
        raise ConfigurationError(message) from error
    if _is_unheard_of(model):
        # It may be newer than this installation, or its owner's own.
        log.warning("ARXIVIZ_LLM=%r is no model that is known%s", name, _similar(name))
    return NamedModel(name, f"{name} at {model.base_url}", open_model)


def _reason(error: Exception) -> str:
    return str(error).partition(" To try Pydantic AI without")[0].rstrip(".?")


def _is_unheard_of(model: Model) -> bool:
    known = {each.partition(":")[2] for each in known_model_names()}
    return model.model_name not in known and estimate_usd(model, 1, 1) is None


def _similar(name: str) -> str:
    known = [each for each in known_model_names() if ":" in each]
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.6) or [
        each for each in known if each.endswith(f":{name}")
    ]
    return f"; did you mean {found[0]!r}?" if found else ""
