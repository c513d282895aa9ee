"""Folders that people name for results: made and tried before the work, not after it."""

import tempfile
from pathlib import Path

from arxiviz_pipeline.domain.errors import ConfigurationError


def prepare_folder(folder: Path) -> None:
    """Make a folder, and make sure that files can be written there.

    Raises:
        ConfigurationError: If they cannot.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        message = f"Nothing can be written to {str(folder)!r}: {error.strerror}. Name another."
        raise ConfigurationError(message) from error
