import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[3]


def drawn(by: str, folder: Path) -> dict[str, list[tuple[str, int]]]:
    command = [sys.executable, "-m", "tests.rendering.frames_drawn", by, str(folder / by)]
    ended = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=200)
    return json.loads(ended.stdout)


def test_every_pixel_is_as_manim_draws_it(tmp_path: Path):
    with ThreadPoolExecutor() as pool:
        manims, ours = pool.map(partial(drawn, folder=tmp_path), ("manim", "ours"))
    assert {name: len(frames) for name, frames in manims.items()} == {
        "Shapes": 16,
        "Followers": 9,
        "Solids": 7,
        "Pictures": 7,
    }
    assert all(len({each for each, _ in frames}) > 3 for frames in manims.values())
    assert ours == manims
