"""Measures what rendering costs, against Manim's command line.

    .venv/bin/python benchmarks/render.py [--quality low|medium|high] [--scenes N]

Renders the scenes of the bundled sample paper, and those in `benchmarks/scenes`: each by `manim
render`, in a process of its own as it is meant to be used, and each by our renderer, whose
processes stay; first one after the other, then ours again from the start, as many at once as
there are cores. Processor time counts children. A table for people comes first, then one line a
figure, its name and its value:

    cpu_ratio                    Manim's processor time by ours, over all scenes, and our start
    wall_ratio                   Manim's wall time, one scene after the other, by ours at once
    size_ratio                   the bytes of our movies by Manim's
    psnr_manim, psnr_ours        decibels, each movie against the frames as they were drawn
    frames_differing             movies whose number of frames is not Manim's
    cpu_share_start              what part of ours goes into starting the processes, once,
    cpu_share_tex                into LaTeX and what it draws,
    cpu_share_script             scripts, and their mobjects and animations,
    cpu_share_draw               drawing frames,
    cpu_share_convert            finding what has changed of them, and converting that,
    cpu_share_encode             encoding,
    cpu_share_media              looking into the movie, and the poster,
    cpu_share_host               forking, confining, and everything else

The frames as they were drawn come from a third render, losslessly coded, which is not counted.
"""

import argparse
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import av
import numpy as np
import psutil
from scripts import make_paper

from arxiviz_pipeline.domain.models import (
    QUALITIES,
    Quality,
    RenderedScene,
    RenderSettings,
    SceneScript,
)
from arxiviz_pipeline.domain.ports import Formula
from arxiviz_pipeline.domain.sections import sections_worth_a_video
from arxiviz_pipeline.ingest.parsing import parse_file
from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from arxiviz_pipeline.rendering.scene_processes import SceneProcesses
from arxiviz_pipeline.rendering.tex.drawing_shelf import DrawnDocument
from arxiviz_pipeline.rendering.tex.typesetter import DOCUMENT_CLASS, TEX_PREAMBLE, LatexTypesetter
from arxiviz_pipeline.scenes.template.writer import TemplateWriter

Told = TypeVar("Told")
ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples/2601.00000/page.html"
OWN_SCENES = Path(__file__).parent / "scenes"
TIMEOUT_SECONDS = 3600.0
# The template's formulas: Manim's own preamble asks for packages that need not be installed.
PREFACE = f"""from manim import config as _config
from manim.utils.tex import TexTemplate as _Template
_config.tex_template = _Template(documentclass={DOCUMENT_CLASS!r}, preamble={TEX_PREAMBLE!r})
"""
# Has Manim's command line code losslessly, each pixel as it was drawn.
LOSSLESS = """_config.video_codec, _config.pixel_format = "libx264rgb", "rgb24"
_config.video_encoder_options = {"qp": "0", "preset": "ultrafast"}
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """What something took, children and all."""

    cpu_seconds: float
    wall_seconds: float


@dataclass(frozen=True, slots=True)
class Compared:
    """One scene, rendered both ways."""

    name: str
    manim: Spent
    ours: Spent
    parts: Mapping[str, float]  # seconds of processor time of ours
    sizes: tuple[int, int]
    frame_counts: tuple[int, int]
    squared_errors: tuple[float, float]  # summed over frames


def main() -> None:
    """Render each scene three times, and print the figures."""
    quality, scene_count = asked()
    scripts = read_scripts()[:scene_count]
    ours, starting = measured(OurRenderer)
    compared = []
    for script in scripts:
        one = compare(script, quality, ours)
        print(
            f"{one.name:30} manim {one.manim.cpu_seconds:6.1f} s, ours {one.ours.cpu_seconds:6.1f}",
            f"s of CPU; {one.sizes[0] >> 10} and {one.sizes[1] >> 10} KiB",
            flush=True,
        )
        compared.append(one)
    _, together = measured(lambda: render_together(scripts, quality))
    for name, value in (*figures(compared, starting, together), *shares(compared, starting)):
        print(name, value)


def asked() -> tuple[Quality, int | None]:
    """Read the command line: the quality, and how many scenes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quality", choices=["low", "medium", "high"], default="low")
    parser.add_argument("--scenes", type=int, default=None, help="render the first so many alone")
    arguments = parser.parse_args()
    return arguments.quality, arguments.scenes


def read_scripts() -> list[SceneScript]:
    """Read the scenes kept here, and write the sample's by templates."""
    parsed = parse_file(SAMPLE)
    paper = make_paper("2601.00000", parsed.title, parsed.abstract)
    writer = TemplateWriter(LatexTypesetter())
    written = [writer.write(paper, each) for each in sections_worth_a_video(parsed.sections)]
    return [*(own_script(path) for path in sorted(OWN_SCENES.glob("*.py"))), *written]


def own_script(path: Path) -> SceneScript:
    """Read a scene kept here: its file's one class."""
    code = path.read_text(encoding="utf-8")
    return SceneScript(
        id=path.stem,
        section_id="",
        concept="",
        storyboard=(),
        manim_code=code,
        scene_name=code.partition("class ")[2].partition("(")[0],
        origin="submitted",
        checks=(),
    )


class MeasuredTypesetter(LatexTypesetter):
    """Tells what formulas take, where one scene at a time asks for them."""

    def __init__(self) -> None:
        super().__init__()
        self.cpu_seconds = 0.0

    def draw(self, *document: str, **options: Any) -> DrawnDocument:
        """Draw, while the scene that asks waits."""
        drawn, spent = measured(lambda: super(MeasuredTypesetter, self).draw(*document, **options))
        self.cpu_seconds += spent.cpu_seconds
        return drawn

    def draw_all(self, formulas: Sequence[Formula], **options: Any) -> dict[str, str]:
        """Draw at once, while the scene that asks waits."""
        drawn, spent = measured(
            lambda: super(MeasuredTypesetter, self).draw_all(formulas, **options)
        )
        self.cpu_seconds += spent.cpu_seconds
        return drawn


class OurRenderer:
    """Our renderer, its processes started, with what it tells of its parts."""

    def __init__(self) -> None:
        self._typesetter = MeasuredTypesetter()
        processes = SceneProcesses(self._typesetter)
        processes.layers()
        self._told: Mapping[str, float] = {}
        self._renderer = LocalRenderer(processes=processes, on_spent=self._hear)

    def render(self, script: SceneScript, settings: RenderSettings) -> RenderedScene:
        """Render a scene."""
        return self._renderer.render(script, settings)

    def parts(self, all_seconds: float) -> Mapping[str, float]:
        """Return the seconds of each part of the last render, of these seconds of all."""
        told = {**self._told, "tex": self._typesetter.cpu_seconds}
        self._typesetter.cpu_seconds = 0.0
        return {**told, "host": all_seconds - sum(told.values())}

    def _hear(self, told: Mapping[str, float]) -> None:
        self._told = told


def render_together(scripts: Sequence[SceneScript], quality: Quality) -> None:
    """Render scenes as many at once as is of use, with nothing kept from before."""
    renderer = LocalRenderer(processes=SceneProcesses(LatexTypesetter()))
    settings = RenderSettings(quality, TIMEOUT_SECONDS)
    with ThreadPoolExecutor(renderer.max_concurrency) as pool:
        for _ in pool.map(lambda script: renderer.render(script, settings), scripts):
            pass


def compare(script: SceneScript, quality: Quality, renderer: OurRenderer) -> Compared:
    """Render a scene by Manim's command line, by ours, and as it was drawn."""
    with tempfile.TemporaryDirectory(prefix="arxiviz-bench-") as folder:
        theirs, manim = measured(lambda: by_manim(script, quality, Path(folder) / "theirs", ""))
        settings = RenderSettings(quality, TIMEOUT_SECONDS)
        made, ours = measured(lambda: renderer.render(script, settings))
        movie = Path(folder) / "ours.mp4"
        movie.write_bytes(made.mp4)
        drawn = by_manim(script, quality, Path(folder) / "drawn", LOSSLESS)
        counts, errors = zip(*(errors_of(each, drawn) for each in (theirs, movie)), strict=True)
        sizes = (theirs.stat().st_size, movie.stat().st_size)
    parts = renderer.parts(ours.cpu_seconds)
    return Compared(script.scene_name, manim, ours, parts, sizes, counts, errors)


def by_manim(script: SceneScript, quality: Quality, folder: Path, preface: str) -> Path:
    """Render a scene by Manim's command line, as anyone would; return its movie."""
    wanted = QUALITIES[quality]
    folder.mkdir()
    file = folder / "scene.py"
    file.write_text(PREFACE + preface + script.manim_code, encoding="utf-8")
    command = [
        sys.executable,
        *("-m", "manim", "render", "--progress_bar", "none", "-v", "ERROR"),
        *("--resolution", f"{wanted.width},{wanted.height}", "--fps", str(wanted.frame_rate)),
        *("--media_dir", str(folder / "media"), str(file), script.scene_name),
    ]
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)  # noqa: S603
    movies = (folder / "media/videos").rglob(f"{script.scene_name}.mp4")
    return next(each for each in movies if "partial_movie_files" not in each.parts)


def errors_of(movie: Path, drawn: Path) -> tuple[int, float]:
    """Return the number of frames, and the sum of their mean squared errors."""
    frame_count, total = 0, 0.0
    with av.open(movie) as one, av.open(drawn) as other:
        wanted = other.decode(video=0)
        for frame_count, frame in enumerate(one.decode(video=0), start=1):
            if (drawn_frame := next(wanted, None)) is not None:
                difference = rgb(frame).astype(np.int16) - rgb(drawn_frame)
                total += float((difference * difference.astype(np.int32)).mean())
    return frame_count, total


def rgb(frame: av.VideoFrame) -> np.ndarray:
    """Return a frame's pixels, by the colours its stream tells."""
    return frame.to_ndarray(format="rgb24")


def measured(work: Callable[[], Told]) -> tuple[Told, Spent]:
    """Do something, and measure what it takes."""
    cpu, wall = cpu_seconds(), time.monotonic()
    told = work()
    return told, Spent(cpu_seconds() - cpu, time.monotonic() - wall)


def cpu_seconds() -> float:
    """Return the processor time of this process and all it ever started."""
    own = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    total = sum(usage.ru_utime + usage.ru_stime for usage in own)
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            total += sum(process.cpu_times()[:4])  # its children's too, once they have ended
    return total


def figures(
    compared: Sequence[Compared], starting: Spent, together: Spent
) -> Iterator[tuple[str, str]]:
    """Yield each figure's name and value, but for shares."""
    cpu = starting.cpu_seconds + sum(one.ours.cpu_seconds for one in compared)
    wall = sum(one.manim.wall_seconds for one in compared)
    yield "cpu_ratio", f"{sum(one.manim.cpu_seconds for one in compared) / cpu:.2f}"
    yield "wall_ratio", f"{wall / together.wall_seconds:.2f}"
    theirs, ours = (sum(one.sizes[which] for one in compared) for which in (0, 1))
    yield "size_ratio", f"{ours / theirs:.2f}"
    for which, name in enumerate(("manim", "ours")):
        frame_count = sum(one.frame_counts[which] for one in compared)
        error = sum(one.squared_errors[which] for one in compared) / frame_count
        yield f"psnr_{name}", f"{10 * math.log10(255**2 / error):.2f}"
    differing = sum(one.frame_counts[0] != one.frame_counts[1] for one in compared)
    yield "frames_differing", str(differing)


def shares(compared: Sequence[Compared], starting: Spent) -> Iterator[tuple[str, str]]:
    """Yield what part of our processor time goes where."""
    seconds = {"start": starting.cpu_seconds}
    for part in ("tex", "script", "draw", "convert", "encode", "media", "host"):
        seconds[part] = sum(one.parts[part] for one in compared)
    for part, spent in seconds.items():
        yield f"cpu_share_{part}", f"{spent / sum(seconds.values()):.2f}"


if __name__ == "__main__":
    main()
