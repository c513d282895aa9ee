"""Files that a scene script may use, such as pictures: what they may be called, and how large."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from arxiviz_pipeline.domain.errors import ConfigurationError

MOST_ASSETS: Final = 200
MOST_ASSET_BYTES: Final = 64 * 1024**2
"""Of all that a script is given together; they take memory while it runs."""


def require_assets(assets: Mapping[str, bytes]) -> None:
    """Make sure that files can be given to a script.

    Args:
        assets: What is in them, by their names: relative paths with slashes.

    Raises:
        ConfigurationError: If they are too many or too large, or a name is none.
    """
    for name in assets:
        if not _is_name(name):
            message = f"{name!r} cannot be an asset's name: it takes a path below a folder."
            raise ConfigurationError(message)
    if len(assets) > MOST_ASSETS:
        message = f"{len(assets)} assets are given, and a script may have {MOST_ASSETS}."
        raise ConfigurationError(message)
    require_asset_size(sum(map(len, assets.values())))


def require_asset_size(size_bytes: int) -> None:
    """Make sure that this is not too much for one script's assets.

    Raises:
        ConfigurationError: If it is.
    """
    if size_bytes > MOST_ASSET_BYTES:
        message = (
            f"The assets take {size_bytes / 1024**2:.0f} MiB together, "
            f"and a script may have {MOST_ASSET_BYTES >> 20} MiB."
        )
        raise ConfigurationError(message)


def _is_name(name: str) -> bool:
    path = PurePosixPath(name)
    return (
        bool(path.name)
        and not path.is_absolute()
        and ".." not in path.parts
        and name.isprintable()
        and "\\" not in name
    )
