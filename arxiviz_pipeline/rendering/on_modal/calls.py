"""Asks the function on Modal for scenes, so that each is paid for once.

A call's id is kept until its result is here: whoever asks for the same scene again, after this
process has died, waits for the call that is under way.
"""

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event
from typing import TYPE_CHECKING, Any, Final, TypeVar

import stamina
from pydantic import BaseModel

from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import ObjectNotFoundError, RenderError
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.rendering.on_modal.settings import ModalSettings, function_name

if TYPE_CHECKING:
    import modal

log = logging.getLogger(__name__)

_DEPLOY: Final = "modal deploy -m arxiviz_pipeline.rendering.modal_app"
_LOOK_SECONDS: Final = 0.5
_MOST_CALLS: Final = 3  # for one scene, where Modal itself fails
_ATTEMPTS: Final = 6
_LONGEST_WAIT_SECONDS: Final = 30.0
T = TypeVar("T")


class KeptCall(BaseModel):
    """A call that was made, and whose result is not here yet."""

    call_id: str


class ModalCalls:
    """Calls of the deployed function, from any number of threads."""

    def __init__(
        self,
        store: ObjectStore,
        settings: ModalSettings | None = None,
        client: "modal.Client | None" = None,
    ) -> None:
        """Choose where calls are kept, and the app.

        Args:
            store: Where.
            settings: Which app, and by whose token; by default, the environment's.
            client: Instead of one made of the settings.
        """
        self._store = store
        self._settings = settings or ModalSettings()
        self._given_client = client

    def check(self) -> None:
        """Make sure that Modal takes the token, and has the app.

        Raises:
            RenderError: Of kind `unavailable`, with what mends it.
        """
        with self._told_failures():
            self._function().hydrate()

    def result(
        self,
        job: str,
        assets: Mapping[str, bytes],
        wait_seconds: float,
        cancelled: Event | None = None,
    ) -> Any:
        """Have a scene played, and return what the function returns.

        Args:
            job: See `stage_program.job_of`.
            assets: Files the script may use, by name.
            wait_seconds: How long to wait, once the call is made.
            cancelled: Once it is set, the call is cancelled.

        Raises:
            RenderError: Of kind `unavailable`, `timeout` or `cancelled`.
        """
        key = catalog.modal_call_key(_digest(job, assets))
        with self._told_failures():
            for attempt in range(1, _MOST_CALLS + 1):
                call = self._kept(key) or self._make(key, job, assets)
                try:
                    return self._wait(key, call, wait_seconds, cancelled)
                except _FailedCallError as error:
                    log.warning("call %s of Modal's failed: %s", call.object_id, error)
                    if attempt == _MOST_CALLS:
                        raise
        raise AssertionError

    def _function(self) -> "modal.Function[..., Any, Any]":
        import modal

        return modal.Function.from_name(
            self._settings.modal_app, function_name(), client=self._client()
        )

    def _client(self) -> "modal.Client | None":
        """Return a client for the token that is set here, or None: for what Modal finds itself."""
        import modal

        if self._given_client is None:
            name, secret = self._settings.modal_token_id, self._settings.modal_token_secret
            if name is not None and secret is not None:
                self._given_client = modal.Client.from_credentials(name, secret.get_secret_value())
        return self._given_client

    def _make(self, key: str, job: str, assets: Mapping[str, bytes]) -> "modal.FunctionCall[Any]":
        call = _patiently(lambda: self._function().spawn(job, dict(assets)))
        record = KeptCall(call_id=call.object_id).model_dump_json().encode()
        try:
            self._store.put(key, record, content_type="application/json", immutable=False)
        except BaseException:
            _cancel(call)
            raise
        return call

    def _kept(self, key: str) -> "modal.FunctionCall[Any] | None":
        import modal

        try:
            kept = KeptCall.model_validate_json(self._store.get(key))
        except (ObjectNotFoundError, ValueError):
            return None
        log.info("the scene is under way on Modal already, as call %s", kept.call_id)
        return modal.FunctionCall.from_id(kept.call_id, client=self._client())

    def _wait(
        self,
        key: str,
        call: "modal.FunctionCall[Any]",
        wait_seconds: float,
        cancelled: Event | None,
    ) -> Any:
        try:
            result = _result(call, wait_seconds, cancelled)
        except _FailedCallError:
            self._forget(key)
            raise
        except BaseException:  # whatever ends the wait, an interrupt as well
            self._give_up(key, call)
            raise
        self._forget(key)
        return result

    def _give_up(self, key: str, call: "modal.FunctionCall[Any]") -> None:
        """Cancel a call; if that fails, it is kept for whoever asks next."""
        if _cancel(call):
            self._forget(key)

    def _forget(self, key: str) -> None:
        with suppress(ObjectNotFoundError):
            self._store.delete(key)

    @contextmanager
    def _told_failures(self) -> Iterator[None]:
        """Turn Modal's errors into ours."""
        import modal.exception as errors

        try:
            yield
        except errors.AuthError as error:
            message = (
                f"Modal does not take the token ({error}). Set MODAL_TOKEN_ID and "
                "MODAL_TOKEN_SECRET, or run: modal token new"
            )
            raise RenderError(kind="unavailable", message=message) from error
        except errors.NotFoundError as error:
            message = (
                f"Modal has no function {function_name()!r} in an app "
                f"{self._settings.modal_app!r} ({error}). Deploy it: {_DEPLOY}"
            )
            raise RenderError(kind="unavailable", message=message) from error
        except _FailedCallError as error:
            raise RenderError(kind="unavailable", message=str(error)) from error
        except (errors.Error, OSError, *_passing()) as error:
            message = f"Modal cannot be reached, or fails: {type(error).__name__}: {error}"
            raise RenderError(kind="unavailable", message=message) from error


class _FailedCallError(Exception):
    """A call has ended without a result, for a reason that another need not have."""


def _result(call: "modal.FunctionCall[Any]", wait_seconds: float, cancelled: Event | None) -> Any:
    until = time.monotonic() + wait_seconds
    while time.monotonic() < until:
        if cancelled is not None and cancelled.is_set():
            raise RenderError(kind="cancelled", message="The render was cancelled.")
        is_there, result = _looked(call)
        if is_there:
            return result
    message = (
        f"Modal has given no answer within {wait_seconds:.0f} s; its dashboard tells whether "
        "calls wait for a container there."
    )
    raise RenderError(kind="unavailable", message=message)


def _looked(call: "modal.FunctionCall[Any]") -> tuple[bool, Any]:
    """Wait a moment for a call; return whether it has ended, and its result.

    Raises:
        RenderError: Of kind `timeout`.
        _FailedCallError: If it has ended without a result.
    """
    import modal.exception as errors

    try:
        return True, _patiently(lambda: call.get(timeout=_LOOK_SECONDS))
    except errors.FunctionTimeoutError as error:
        message = (
            "The function on Modal reached its own time limit. If ARXIVIZ_RENDER_TIMEOUT_SECONDS "
            f"was raised since it was deployed, deploy it again: {_DEPLOY}"
        )
        raise RenderError(kind="timeout", message=message) from error
    except errors.OutputExpiredError as error:
        message = "Modal keeps its result no more"
        raise _FailedCallError(message) from error
    except errors.NotFoundError as error:
        message = "Modal does not know it any more"
        raise _FailedCallError(message) from error
    except (TimeoutError, errors.TimeoutError):
        return False, None
    except (errors.InternalFailure, errors.RemoteError, errors.ExecutionError) as error:
        message = f"Modal failed: {type(error).__name__}: {error}"
        raise _FailedCallError(message) from error
    except SystemExit as error:  # the function's, which the client raises here
        message = f"its container ended the program ({error})"
        raise _FailedCallError(message) from error


def _patiently(ask: Callable[[], T]) -> T:
    """Ask Modal, again where that can pass: it is out of reach, or wants us to slow down."""
    for attempt in stamina.retry_context(
        on=_passing(), attempts=_ATTEMPTS, timeout=None, wait_max=_LONGEST_WAIT_SECONDS
    ):
        with attempt:
            return ask()
    raise AssertionError


def _passing() -> tuple[type[Exception], ...]:
    """Return the errors that another try may not meet."""
    import modal.exception as errors
    from grpclib.exceptions import StreamTerminatedError  # the client's own, where it reconnects

    return (
        *(errors.ServiceError, errors.ResourceExhaustedError, errors.ConnectionError),
        *(StreamTerminatedError, ConnectionError),
    )


def _cancel(call: "modal.FunctionCall[Any]") -> bool:
    """Cancel a call; return whether Modal has heard it."""
    try:
        _patiently(call.cancel)
    except Exception as error:  # noqa: BLE001 - what it was cancelled for is told, not this
        log.warning("call %s of Modal's could not be cancelled: %s", call.object_id, error)
        return False
    return True


def _digest(job: str, assets: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256(f"{function_name()}\n{job}".encode("utf-8", "surrogatepass"))
    for name, content in sorted(assets.items()):
        digest.update(json.dumps([name, len(content)]).encode())
        digest.update(content)
    return digest.hexdigest()
