"""Fixtures every folder of tests uses."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.postgres_server import PostgresServer

os.environ.pop("ARXIVIZ_LLM", None)  # nobody's account pays for a test
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as of what a shell starts behind itself
    signal.signal(signal.SIGINT, signal.default_int_handler)  # tests interrupt what they start


@pytest.fixture(scope="session")
def shared_papers() -> Path:
    """A folder of real saved papers, which are not part of the repository."""
    default = Path(__file__).parents[2] / "shared" / "papers"
    folder = Path(os.environ.get("ARXIVIZ_TEST_PAPERS", default))
    if not folder.is_dir():
        pytest.skip("no folder of real papers: name one in ARXIVIZ_TEST_PAPERS")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator["PostgresServer"]:
    """A real Postgres, for all tests of this process; each makes a database of its own."""
    from tests.postgres_server import start_postgres

    with start_postgres() as server:
        yield server
