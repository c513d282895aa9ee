"""What the tests of deploy/ read: its files, and the names that settings have."""

import re
from pathlib import Path
from typing import Any

import yaml

from api.settings import ApiSettings
from arxiviz_pipeline.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"

SETTINGS = {
    str(field.validation_alias)
    for settings in (Settings, ApiSettings)
    for field in settings.model_fields.values()
}


def read(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def load(name: str) -> Any:
    return yaml.safe_load(read(name))


def load_all(name: str) -> list[Any]:
    return list(yaml.safe_load_all(read(name)))


def locked_versions(lock: Path) -> dict[str, str]:
    """Return the version of each distribution that a lock names."""
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", lock.read_text(), re.MULTILINE))
