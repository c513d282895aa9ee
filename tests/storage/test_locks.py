"""Locks keep others out, and are free again whatever becomes of who held them."""

import logging
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import StorageUnavailableError
from arxiviz_pipeline.domain.ports import Locks
from arxiviz_pipeline.storage.config import StorageSettings
from arxiviz_pipeline.storage.database import parse_database_url
from arxiviz_pipeline.storage.folder_locks import FolderLocks
from arxiviz_pipeline.storage.open_locks import open_locks
from arxiviz_pipeline.storage.postgres_locks import PostgresLocks
from tests.postgres_server import PostgresServer

PAPER = "math_0309136v1"
_HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
_CONNECTIONS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_HOLD = """
import sys
from arxiviz_pipeline.storage.config import StorageSettings
from arxiviz_pipeline.storage.open_locks import open_locks
with open_locks(StorageSettings()).hold(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def database(postgres: PostgresServer) -> str:
    return postgres.make_database()


@pytest.fixture(params=["folder", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> StorageSettings:
    given = {"ARXIVIZ_HOME": tmp_path, "DATABASE_URL": None}
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        given["DATABASE_URL"] = server.url(request.getfixturevalue("database"))
    return StorageSettings.model_validate(given)


@pytest.fixture
def another(settings: StorageSettings) -> Callable[[float], Locks]:
    """Locks as another process has them, with so many seconds to wait."""

    def make(wait_seconds: float) -> Locks:
        if settings.database_url is None:
            return FolderLocks(settings.home / "locks", wait_seconds=wait_seconds)
        url = settings.database_url.get_secret_value()
        return PostgresLocks(url, wait_seconds=wait_seconds)

    return make


def test_many_at_one_name_are_there_one_after_another(settings: StorageSettings):
    shared = open_locks(settings)
    at_work: list[int] = []
    most = 0

    def work(number: int) -> None:
        nonlocal most
        # Half of them as threads of one process, half as processes of their own.
        locks = shared if number % 2 else open_locks(settings)
        with locks.hold(PAPER):
            at_work.append(number)
            most = max(most, len(at_work))
            time.sleep(0.005)  # the others would come in meanwhile
            at_work.remove(number)

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(work, range(24)))
    assert most == 1


def test_other_names_do_not_wait_and_may_be_held_within(
    settings: StorageSettings, another: Callable[[float], Locks]
):
    locks = open_locks(settings)
    with locks.hold(PAPER), locks.hold(f"{PAPER}.submissions"), another(0.05).hold("1706.03762"):
        pass


def test_who_waits_in_vain_is_told(settings: StorageSettings, another: Callable[[float], Locks]):
    impatient = another(0.05)
    with open_locks(settings).hold(PAPER):
        for _ in range(2):
            with pytest.raises(StorageUnavailableError, match=PAPER), impatient.hold(PAPER):
                pass
    with impatient.hold(PAPER):
        pass


def test_a_block_that_fails_lets_go(settings: StorageSettings, another: Callable[[float], Locks]):
    with pytest.raises(ZeroDivisionError), open_locks(settings).hold(PAPER):
        _ = 1 / 0
    with another(0.05).hold(PAPER):
        pass


def test_what_a_killed_process_held_is_free(
    settings: StorageSettings, another: Callable[[float], Locks], monkeypatch: pytest.MonkeyPatch
):
    url = settings.database_url
    monkeypatch.setenv("ARXIVIZ_HOME", str(settings.home))
    monkeypatch.setenv("DATABASE_URL", url.get_secret_value() if url else "")
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, PAPER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(StorageUnavailableError), another(0.05).hold(PAPER):
            pass
        process.kill()
        with another(10).hold(PAPER):
            pass


def test_a_crowd_in_one_process_takes_one_connection(postgres: PostgresServer, database: str):
    locks = PostgresLocks(parse_database_url(postgres.url(database)))

    def ask(_: int) -> int:
        with locks.hold(PAPER):
            return postgres.execute(database, _CONNECTIONS)[0][0]

    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(ask, range(24)))
    # A former holder's server process may outlive its connection for a moment, as may a count's.
    assert max(found) < 6


def test_a_restart_of_postgres_frees_what_was_held_and_harms_nobody(
    postgres: PostgresServer, database: str, caplog: pytest.LogCaptureFixture
):
    locks = PostgresLocks(parse_database_url(postgres.url(database)))
    with caplog.at_level(logging.WARNING), locks.hold(PAPER):
        assert postgres.execute(database, _HELD) == [(1,)]
        postgres.stop("immediate")
        try:
            other = locks.hold("1706.03762")
            with pytest.raises(StorageUnavailableError, match="Start the server"), other:
                pass
        finally:
            postgres.start()
    assert f"the lock of {PAPER} was lost" in caplog.text
    with locks.hold(PAPER):
        assert postgres.execute(database, _HELD) == [(1,)]
    assert postgres.execute(database, _HELD) == [(0,)]


def test_a_holder_that_vanished_with_its_machine_is_taken_for_lost(
    postgres: PostgresServer, database: str
):
    url = parse_database_url(postgres.url(database))
    # It never lets go, and its connection stays open, as one does whose machine was unplugged.
    vanished, other = PostgresLocks(url, longest_seconds=0.2), PostgresLocks(url)
    with vanished.hold(PAPER), other.hold(PAPER):
        assert postgres.execute(database, _HELD) == [(1,)]


def test_a_short_limit_of_the_server_does_not_end_who_waits(
    postgres: PostgresServer, database: str
):
    postgres.execute("postgres", f"ALTER DATABASE {database} SET statement_timeout = '50ms'")
    url = parse_database_url(postgres.url(database))
    refused = pytest.raises(StorageUnavailableError, match="Others have been")
    other = PostgresLocks(url, wait_seconds=0.3)
    with PostgresLocks(url).hold(PAPER), refused, other.hold(PAPER):
        pass


def test_a_database_that_is_not_there_is_told_without_its_password(postgres: PostgresServer):
    locks = PostgresLocks(parse_database_url(postgres.url("no_such_database")))
    with pytest.raises(StorageUnavailableError, match="createdb") as refused, locks.hold(PAPER):
        pass
    assert "p%40ss" not in str(refused.value)
