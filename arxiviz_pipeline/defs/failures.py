"""How errors of ours become failures of a step that Dagster retries, or does not."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.errors import (
    ArxivizError,
    RateLimitedError,
    SourceUnavailableError,
    StorageUnavailableError,
)

_PASSING = (RateLimitedError, SourceUnavailableError, StorageUnavailableError)


@contextmanager
def explained() -> Iterator[None]:
    """Fail in our own words; what may pass is retried, what will not fails at once."""
    try:
        yield
    except ArxivizError as error:
        raise dg.Failure(
            str(error),
            metadata={catalog.ERROR_CODE: error.code},
            allow_retries=isinstance(error, _PASSING),
        ) from error
