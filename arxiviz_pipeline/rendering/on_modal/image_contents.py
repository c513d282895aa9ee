"""What is in the image on Modal: what this machine has, as far as scenes need it."""

import re
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from typing import Final

PYTHON: Final = f"{sys.version_info.major}.{sys.version_info.minor}"

# Names that Debian 12 and 13 both have; `deploy/system-packages.sh` says what for.
SYSTEM_PACKAGES: Final = (
    *("gcc", "libc6-dev", "libcairo2-dev", "libpango1.0-dev", "pkg-config", "libseccomp2"),
    *("texlive-latex-base", "dvisvgm"),
    *("fontconfig", "fonts-dejavu-core", "fonts-liberation", "fonts-wqy-microhei"),
    "fonts-symbola",
)

PYTHON_PACKAGES: Final = (
    *("av", "landlockpy", "manim", "numpy", "pillow", "psutil"),
    *("pydantic", "pydantic-settings", "pyseccomp", "stamina"),
)

_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")


def pinned(names: Sequence[str]) -> list[str]:
    """Name packages, and all that they need, in the versions that this machine has.

    Those that it has not, as they are another system's, are left to whoever installs the rest.
    """
    versions: dict[str, str] = {}
    missing: list[str] = []
    asked = [_canonical(name) for name in names]
    waiting = list(asked)
    while waiting:
        name = _canonical(waiting.pop())
        if name in versions:
            continue
        try:
            found = distribution(name)
        except PackageNotFoundError:
            missing += [name] if name in asked else []
            continue
        versions[name] = found.version
        needs = [need for need in found.requires or () if "extra ==" not in need]
        waiting += [match.group() for need in needs if (match := _NAME.match(need))]
    return sorted([*missing, *(f"{name}=={version}" for name, version in versions.items())])


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
