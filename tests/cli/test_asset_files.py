import os
from pathlib import Path

import pytest

from arxiviz_pipeline.cli.asset_files import read_assets
from arxiviz_pipeline.domain.assets import MOST_ASSET_BYTES
from arxiviz_pipeline.domain.errors import ConfigurationError


def test_files_go_by_their_own_names_and_folders_keep_theirs(tmp_path: Path):
    (tmp_path / "pictures/small").mkdir(parents=True)
    (tmp_path / "pictures/small/a.png").write_bytes(b"a")
    (tmp_path / "pictures/b.png").write_bytes(b"b")
    (tmp_path / "elsewhere.wav").write_bytes(b"c")
    assert read_assets([tmp_path / "pictures", tmp_path / "elsewhere.wav"]) == {
        "pictures/small/a.png": b"a",
        "pictures/b.png": b"b",
        "elsewhere.wav": b"c",
    }


def test_links_in_a_folder_are_left_out(tmp_path: Path):
    (tmp_path / "secret").write_bytes(b"secret")
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "link.png").symlink_to(tmp_path / "secret")
    (folder / "folder").symlink_to(tmp_path)
    assert read_assets([folder]) == {}


def test_what_is_no_file_is_refused(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigurationError, match="neither a file nor a folder"):
        read_assets([tmp_path / "pipe"])
    with pytest.raises(ConfigurationError, match=r"'.*none\.png' cannot be read: No such file"):
        read_assets([tmp_path / "none.png"])


def test_two_files_of_one_name_are_refused(tmp_path: Path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.png").touch()
    with pytest.raises(ConfigurationError, match=r"Two assets are called 'a\.png'"):
        read_assets([tmp_path / "one/a.png", tmp_path / "other/a.png"])


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path):
    with (tmp_path / "large").open("wb") as file:
        file.truncate(MOST_ASSET_BYTES + 1)
    with pytest.raises(ConfigurationError, match="may have 64 MiB"):
        read_assets([tmp_path / "large"])
