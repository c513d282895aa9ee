"""Fixtures of the sensors' tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from tests.defs.sensor_daemon import Daemon
from tests.ingest.arxiv.replay_server import replay_server


@pytest.fixture(scope="session")
def empty_catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog whose tables are there: to make them takes longer than most tests."""
    folder = tmp_path_factory.mktemp("empty_catalog")
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        instance.get_run_records(limit=1)
        instance.get_asset_keys(limit=1)
    return folder


@pytest.fixture
def made_catalog(tmp_path: Path, empty_catalog: Path) -> Iterator[dg.DagsterInstance]:
    folder = tmp_path / "dagster"
    shutil.copytree(empty_catalog, folder)
    with dg.DagsterInstance.local_temp(str(folder)) as instance:
        yield instance


@pytest.fixture
def daemon(tmp_path: Path, made_catalog: dg.DagsterInstance) -> Iterator[Daemon]:
    with replay_server({}) as server:
        yield Daemon(made_catalog, server, tmp_path / "home")
