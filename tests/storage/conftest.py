"""The stores every storage test runs on: a folder, and a real S3 server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.storage.folder_store import FolderStore
from arxiviz_pipeline.storage.open_store import open_object_store
from tests.s3_server import S3Server, start_s3_server


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with start_s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "folder":
        return FolderStore(tmp_path / "objects")
    server: S3Server = request.getfixturevalue("s3_server")
    return open_object_store(server.settings(server.make_bucket()))
