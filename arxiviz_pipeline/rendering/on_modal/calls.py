"""Asks the function on Modal for scenes, so that each is paid for once.

A call's id is kept until its movie has been looked into: whoever asks for the same scene again,
after this process has died, waits for the call that is under way.
"""

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import ObjectNotFoundError, RenderError
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.rendering.on_modal.outcome import SandboxOutcome, believed_outcome
from arxiviz_pipeline.rendering.on_modal.patience import passing_errors
from arxiviz_pipeline.rendering.on_modal.settings import ModalSettings, function_name
from arxiviz_pipeline.rendering.on_modal.waiting import (
    DEPLOY,
    FailedCallError,
    cancel_call,
    patiently,
    result_of,
)

if TYPE_CHECKING:
    import modal

log = logging.getLogger(__name__)

_MOST_CALLS: Final = 3  # for one scene, where Modal itself fails


class KeptCall(BaseModel):
    """A call that was made, and of which nothing was made yet."""

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
        self._opening = Lock()

    def check(self) -> None:
        """Make sure that Modal takes the token, and has the app.

        Raises:
            RenderError: Of kind `unavailable`, with what mends it.
        """
        with self._told_failures():
            self._function().hydrate()

    @contextmanager
    def played(
        self,
        job: str,
        assets: Mapping[str, bytes],
        wait_seconds: float,
        cancelled: Event | None = None,
    ) -> Iterator[SandboxOutcome]:
        """Have a scene played; the call is kept until the block ends, or fails by the scene.

        Args:
            job: See `stage_program.job_of`.
            assets: Files the script may use, by name.
            wait_seconds: How long to wait, once the call is made.
            cancelled: Once it is set, the call is cancelled.

        Yields:
            How its sandbox ended, which is neither `fault` nor `lost`.

        Raises:
            RenderError: Of kind `unavailable`, `timeout` or `cancelled`; of kind `crash`, if the
                sandbox is lost each time.
        """
        key = catalog.modal_call_key(_digest(job, assets))
        outcome = self._outcome(key, job, assets, wait_seconds, cancelled)
        try:
            yield outcome
        except RenderError as error:
            if error.kind != "cancelled":
                self._forget(key)
            raise
        self._forget(key)

    def _outcome(
        self,
        key: str,
        job: str,
        assets: Mapping[str, bytes],
        wait_seconds: float,
        cancelled: Event | None,
    ) -> SandboxOutcome:
        with self._told_failures():
            for attempt in range(1, _MOST_CALLS + 1):
                call = self._kept(key) or self._make(key, job, assets, cancelled)
                try:
                    return self._wait(key, call, wait_seconds, cancelled)
                except FailedCallError as error:
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

        name, secret = self._settings.modal_token_id, self._settings.modal_token_secret
        with self._opening:
            if self._given_client is None and name is not None and secret is not None:
                self._given_client = modal.Client.from_credentials(name, secret.get_secret_value())
            return self._given_client

    def _make(
        self, key: str, job: str, assets: Mapping[str, bytes], cancelled: Event | None
    ) -> "modal.FunctionCall[Any]":
        call = patiently(lambda: self._function().spawn(job, dict(assets)), cancelled)
        record = KeptCall(call_id=call.object_id).model_dump_json().encode()
        try:
            self._store.put(key, record, content_type="application/json", immutable=False)
        except BaseException:
            cancel_call(call)
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
    ) -> SandboxOutcome:
        try:
            outcome = believed_outcome(result_of(call, wait_seconds, cancelled))
        except FailedCallError:
            self._forget(key)
            raise
        except BaseException:  # whatever ends the wait, an interrupt as well
            self._give_up(key, call)
            raise
        if outcome.ended in {"fault", "lost"}:
            self._forget(key)
            raise FailedCallError(outcome.message, is_begun=outcome.ended == "lost")
        return outcome

    def _give_up(self, key: str, call: "modal.FunctionCall[Any]") -> None:
        """Cancel a call; if that fails, it is kept for whoever asks next."""
        if cancel_call(call):
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
                f"{self._settings.modal_app!r} ({error}). Deploy it: {DEPLOY}"
            )
            raise RenderError(kind="unavailable", message=message) from error
        except FailedCallError as error:
            # A scene may be able to end its sandbox; others are not to suffer for it.
            kind = "crash" if error.is_begun else "unavailable"
            message = f"Modal failed {_MOST_CALLS} times, at last so: {error}"
            raise RenderError(kind=kind, message=message) from error
        except (errors.Error, OSError, *passing_errors()) as error:
            message = f"Modal cannot be reached, or fails: {type(error).__name__}: {error}"
            raise RenderError(kind="unavailable", message=message) from error


def _digest(job: str, assets: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256(f"{function_name()}\n{job}".encode("utf-8", "surrogatepass"))
    for name, content in sorted(assets.items()):
        digest.update(json.dumps([name, len(content)]).encode())
        digest.update(content)
    return digest.hexdigest()
