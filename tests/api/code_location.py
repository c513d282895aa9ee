"""The tests' pipeline as a code server loads it; its home is `ARXIVIZ_HOME`."""

import os
from pathlib import Path

from tests.api.pipeline import definitions

defs = definitions(Path(os.environ["ARXIVIZ_HOME"]))
