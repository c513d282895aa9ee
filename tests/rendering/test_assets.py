"""Files that scenes are given, and those they are not."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from arxiviz_pipeline.domain.errors import ConfigurationError, RenderError
from arxiviz_pipeline.domain.models import RenderSettings
from arxiviz_pipeline.rendering.assets import missing_asset, packed_assets, unpack_assets
from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from tests.rendering.scripts import scene, script

ROUND = b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="4" fill="#0f0"/></svg>'


def picture(colour: str) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 40), colour).save(written, "png")
    return written.getvalue()


def unpacked(assets: dict[str, bytes], folder: Path) -> None:
    with packed_assets(assets, None) as handle:
        assert handle is not None
        unpack_assets(os.dup(handle), folder)


def test_files_are_found_by_their_names_and_below_assets(tmp_path: Path):
    unpacked({"a.png": b"a", "assets/b.png": b"b", "pictures/c.png": b"c"}, tmp_path)
    for folder in (tmp_path, tmp_path / "assets"):
        assert (folder / "a.png").read_bytes() == b"a"
        assert (folder / "b.png").read_bytes() == b"b"
        assert (folder / "pictures/c.png").read_bytes() == b"c"


def test_files_of_the_scenes_own_folder_stay(tmp_path: Path):
    (tmp_path / "tmp").mkdir()
    unpacked({"tmp": b"asset"}, tmp_path)
    assert (tmp_path / "tmp").is_dir()
    assert (tmp_path / "assets/tmp").read_bytes() == b"asset"


def test_names_that_lead_elsewhere_are_refused():
    with (
        pytest.raises(ConfigurationError, match="asset's name"),
        packed_assets({"../a": b""}, None),
    ):
        pass


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (
            OSError("From: /tmp, could not find a.png at either of these locations: ['a.png']"),
            "a.png",
        ),
        (FileNotFoundError("Can't find f.ttf. Checked paths: [PosixPath('f.ttf')]"), "f.ttf"),
        (FileNotFoundError(2, "No such file or directory", "data.csv"), "data.csv"),
    ],
)
def test_a_missing_file_is_named_beside_those_that_are_there(error: OSError, name: str):
    message = missing_asset(error, ["z.svg", "b.png"])
    assert message is not None
    assert f"uses the file {name!r}" in message
    assert "'b.png', 'z.svg'" in message
    assert "given to it: none" in (missing_asset(error, ()) or "")


@pytest.mark.parametrize("error", [ValueError("a.png"), PermissionError(13, "Denied", "a.png")])
def test_other_errors_are_of_no_missing_file(error: Exception):
    assert missing_asset(error, ()) is None


@pytest.mark.usefixtures("leaves_nothing")
def test_a_scene_shows_the_pictures_it_is_given(renderer: LocalRenderer):
    body = """
        self.add(ImageMobject("red.png").scale_to_fit_height(8).shift(3 * LEFT))
        self.add(ImageMobject("assets/blue").scale_to_fit_height(4).shift(5 * RIGHT + 2 * UP))
        self.add(SVGMobject("drawings/round.svg", height=4).shift(5 * RIGHT + 2 * DOWN))
    """
    assets = {"red.png": picture("red"), "blue.png": picture("blue"), "drawings/round.svg": ROUND}
    how = RenderSettings("low", 100.0, assets)
    shown = renderer.render(script(scene(body)), how)
    poster = np.asarray(Image.open(io.BytesIO(shown.poster)))
    red, blue, green = poster[240, 200], poster[120, 720], poster[360, 720]
    assert [int(each.argmax()) for each in (red, green, blue)] == [0, 1, 2]
    assert all(each.max() > 200 for each in (red, green, blue))


@pytest.mark.usefixtures("leaves_nothing")
@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('self.add(ImageMobject("logo.png"))', "logo.png"),
        ('self.add(SVGMobject("logo"))', "logo"),
        ('self.add_sound("tone.wav")', "tone.wav"),
        ('print(open("data.csv").read())', "data.csv"),
    ],
)
def test_a_file_that_a_scene_is_not_given_is_named(renderer: LocalRenderer, body: str, name: str):
    how = RenderSettings("low", 100.0, {"other.png": picture("red")})
    with pytest.raises(RenderError, match=r"given to it: 'other\.png'\.") as told:
        renderer.render(script(scene(body)), how)
    assert (told.value.kind, told.value.line) == ("missing_asset", 5)
    assert f"uses the file {name!r}" in told.value.message
