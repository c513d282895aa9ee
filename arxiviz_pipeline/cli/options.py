"""Arguments and options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from arxiviz_pipeline.domain.models import Quality

QualityOption = Annotated[
    Quality | None,
    typer.Option(
        help="low is 480p at 15 frames a second, medium 720p at 30, high 1080p at 60. "
        "Default: ARXIVIZ_QUALITY, else medium."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document to stdout.")]
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        help="Also copy the videos below this folder, under their titles, "
        "with a page to watch them on.",
    ),
]
