"""Reads the files that a script is given."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from arxiviz_pipeline.domain.assets import require_asset_size, require_assets
from arxiviz_pipeline.domain.errors import ConfigurationError


def read_assets(paths: Iterable[Path]) -> dict[str, bytes]:
    """Read files, and folders with all that is in them, by the names a script finds them by.

    A file's name is its own, without the folders it lies in; what a folder holds has that
    folder's name before its own.

    Raises:
        ConfigurationError: If one cannot be read, or is no plain file, or two have one name, or
            they are too many or too large.
    """
    assets: dict[str, bytes] = {}
    size_bytes = 0
    for path in paths:
        for name, file in _files(path):
            if name in assets:
                message = f"Two assets are called {name!r}; a script could not tell them apart."
                raise ConfigurationError(message)
            try:
                size_bytes += file.stat().st_size
                require_asset_size(size_bytes)
                assets[name] = file.read_bytes()
            except OSError as error:
                message = f"The asset {str(file)!r} cannot be read: {error.strerror}."
                raise ConfigurationError(message) from error
    require_assets(assets)
    return assets


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    """Yield each file, and its name with slashes."""
    if path.is_dir():
        root = path.absolute().parent
        for file in sorted(path.absolute().rglob("*")):
            if file.is_file() and not file.is_symlink():
                yield file.relative_to(root).as_posix(), file
    elif path.is_file() or not path.exists():
        yield path.name, path
    else:
        message = f"The asset {str(path)!r} is neither a file nor a folder."
        raise ConfigurationError(message)
