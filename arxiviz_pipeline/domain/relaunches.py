"""Runs that Dagster launches again because they died, such as when a machine lost power.

A run says by its tags what became of that: https://docs.dagster.io/deployment/execution/run-retries
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

WILL_RETRY_TAG: Final = "dagster/will_retry"
"""On a run that failed: whether Dagster means to launch it again; its own, as is the other."""
RETRIED_BY_TAG: Final = "dagster/auto_retry_run_id"
"""On a run that was launched again: the run that goes on with it."""
RETRY_NUMBER_TAG: Final = "dagster/retry_number"
"""On a run that Dagster launched in another one's place: a number, from 1."""

# Dagster's daemon needs seconds. Later than this it is not there, or could not.
_PATIENCE: Final = timedelta(minutes=5)
# The tag is written just after the run has failed.
_UNTIL_TAGGED: Final = timedelta(seconds=5)


def is_awaited(tags: Mapping[str, str], failed_at: datetime, now: datetime) -> bool:
    """Tell whether a run that failed is about to be launched again, where Dagster does that.

    Args:
        tags: The run's.
        failed_at: When it failed.
        now: The time.
    """
    if RETRIED_BY_TAG in tags:
        return False
    match tags.get(WILL_RETRY_TAG):
        case "true":
            return now - failed_at < _PATIENCE
        case None:
            return now - failed_at < _UNTIL_TAGGED
        case _:
            return False


def is_relaunched(tags: Mapping[str, str], later_id: str, later_tags: Mapping[str, str]) -> bool:
    """Tell whether Dagster launched a later run in the place of the one it was made from.

    Args:
        tags: The former run's.
        later_id: The later run, which names the former one as its parent.
        later_tags: Its tags.
    """
    if RETRIED_BY_TAG in tags:
        return tags[RETRIED_BY_TAG] == later_id
    # The former run is told a moment after the later one is there.
    return tags.get(WILL_RETRY_TAG) == "true" and RETRY_NUMBER_TAG in later_tags
