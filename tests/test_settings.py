"""The settings that are documented are those that there are."""

import re
from pathlib import Path

from api.settings import ApiSettings
from arxiviz_pipeline.settings import Settings

ROOT = Path(__file__).parents[1]


def _names(settings: type[Settings] | type[ApiSettings]) -> set[str]:
    return {str(field.validation_alias) for field in settings.model_fields.values()}


def test_the_example_and_the_readme_name_every_setting_and_no_other():
    wanted = _names(Settings) | _names(ApiSettings)
    example = set(re.findall(r"^#([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert example == wanted
    readme = (ROOT / "README.md").read_text().partition("## Configuration")[2].partition("\n## ")[0]
    assert set(re.findall(r"`([A-Z0-9_]{5,})`", readme)) == wanted
