"""A job whose steps print; each is a process of its own."""

import sys

import dagster as dg


@dg.op
def prints_both() -> int:
    print("to stdout")  # noqa: T201
    print("to stderr", file=sys.stderr)  # noqa: T201
    return 1


@dg.op
def prints_nothing(number: int) -> None:
    del number


@dg.job
def printing_job() -> None:
    prints_nothing(prints_both())


defs = dg.Definitions(jobs=[printing_job])
