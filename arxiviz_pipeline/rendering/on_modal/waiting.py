"""One call on Modal: it is waited for, patiently, and cancelled."""

import logging
import time
from collections.abc import Callable, Mapping
from threading import Event
from typing import TYPE_CHECKING, Any, Final, TypeVar

import stamina

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.rendering.child_answers import clean_message
from arxiviz_pipeline.rendering.on_modal.patience import PATIENCE, passing_errors

if TYPE_CHECKING:
    import modal

log = logging.getLogger(__name__)

DEPLOY: Final = "modal deploy -m arxiviz_pipeline.rendering.modal_app"
"""What deploys the app."""

_FIRST_LOOK_SECONDS: Final = 0.5
_LONGEST_LOOK_SECONDS: Final = 3.0  # each look is a request, and cancelling waits for its end
_MOST_CANCELS: Final = 3  # of one call: somebody waits for us to end
T = TypeVar("T")


class FailedCallError(Exception):
    """A call has ended without a result, for a reason that another need not have.

    Attributes:
        is_begun: Whether the scene had begun by then.
    """

    def __init__(self, message: str, *, is_begun: bool = False) -> None:
        super().__init__(clean_message(message))
        self.is_begun = is_begun


def result_of(call: "modal.FunctionCall[Any]", wait_seconds: float, cancelled: Event | None) -> Any:
    """Wait for a call, and return what the function returns.

    Raises:
        RenderError: Of kind `timeout`, `cancelled`, or `unavailable` if the wait runs out.
        FailedCallError: If it ends without a result.
        modal.exception.Error: If Modal cannot be asked.
    """
    until = time.monotonic() + wait_seconds
    look_seconds = _FIRST_LOOK_SECONDS
    while time.monotonic() < until:
        is_there, result = _looked(call, look_seconds, cancelled)
        if is_there:
            return result
        look_seconds = min(look_seconds * 1.2, _LONGEST_LOOK_SECONDS)
    message = (
        f"Modal has given no answer within {wait_seconds:.0f} s; its dashboard tells whether "
        "calls wait for a container there."
    )
    raise RenderError(kind="unavailable", message=message)


def _looked(
    call: "modal.FunctionCall[Any]", look_seconds: float, cancelled: Event | None
) -> tuple[bool, Any]:
    """Wait a moment for a call; return whether it has ended, and its result.

    Raises:
        RenderError: Of kind `timeout` or `cancelled`.
        FailedCallError: If it has ended without a result.
    """
    import modal.exception as errors

    try:
        return True, patiently(lambda: call.get(timeout=look_seconds), cancelled)
    except errors.FunctionTimeoutError as error:
        message = (
            "The function on Modal reached its own time limit. If ARXIVIZ_RENDER_TIMEOUT_SECONDS "
            f"was raised since it was deployed, deploy it again: {DEPLOY}"
        )
        raise RenderError(kind="timeout", message=message) from error
    except errors.OutputExpiredError as error:
        message = "Modal keeps its result no more"
        raise FailedCallError(message) from error
    except errors.NotFoundError as error:
        message = "Modal does not know it any more"
        raise FailedCallError(message) from error
    except (TimeoutError, errors.TimeoutError):
        return False, None
    except (errors.InternalFailure, errors.RemoteError, errors.ExecutionError) as error:
        message = f"Modal failed: {type(error).__name__}: {error}"
        raise FailedCallError(message) from error
    except (RenderError, errors.Error, OSError, *passing_errors()):
        raise
    except SystemExit as error:  # the function's, which the client raises here
        message = f"its container ended the program ({error})"
        raise FailedCallError(message) from error
    except Exception as error:  # what a container has raised that cannot begin, as well
        message = f"its container raised {type(error).__name__}: {error}"
        raise FailedCallError(message) from error


def patiently(
    ask: Callable[[], T],
    cancelled: Event | None = None,
    patience: Mapping[str, Any] = PATIENCE,
) -> T:
    """Ask Modal, again where that can pass: it is out of reach, or wants us to slow down.

    Raises:
        RenderError: Of kind `cancelled`, before it is asked again.
    """
    for attempt in stamina.retry_context(on=passing_errors(), **patience):
        with attempt:
            _check_cancelled(cancelled)
            return ask()
    raise AssertionError


def _check_cancelled(cancelled: Event | None) -> None:
    if cancelled is not None and cancelled.is_set():
        raise RenderError(kind="cancelled", message="The render was cancelled.")


def cancel_call(call: "modal.FunctionCall[Any]") -> bool:
    """Cancel a call; return whether Modal has heard it."""
    try:
        patiently(call.cancel, patience=PATIENCE | {"attempts": _MOST_CANCELS})
    except Exception as error:  # noqa: BLE001 - what it was cancelled for is told, not this
        log.warning("call %s of Modal's could not be cancelled: %s", call.object_id, error)
        return False
    return True
