"""What of Modal's failures can pass, and how long it is asked again."""

from typing import Any, Final

PATIENCE: Final[dict[str, Any]] = {
    "attempts": 8,
    "timeout": None,
    "wait_initial": 0.5,
    "wait_max": 15.0,
}
"""As `stamina.retry_context` takes it: some 50 seconds, since limits on rates are by the minute."""


def passing_errors() -> tuple[type[Exception], ...]:
    """Return the errors that another try may not meet: out of reach, broken, or asking to wait."""
    import modal.exception as errors
    from grpclib.exceptions import StreamTerminatedError  # the client's own, where it reconnects

    return (
        *(errors.ServiceError, errors.ResourceExhaustedError, errors.ConnectionError),
        *(StreamTerminatedError, ConnectionError),
    )
