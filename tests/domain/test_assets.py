import pytest

from arxiviz_pipeline.domain.assets import MOST_ASSET_BYTES, MOST_ASSETS, require_assets
from arxiviz_pipeline.domain.errors import ConfigurationError


@pytest.mark.parametrize("name", ["logo.png", "pictures/Ein Bild.svg", "a/b/ü.wav", "data"])
def test_a_path_below_a_folder_is_a_name(name: str):
    require_assets({name: b""})


@pytest.mark.parametrize(
    "name", ["", ".", "/etc/logo.png", "../logo.png", "a/../../b", "a\0b", "a\\b"]
)
def test_what_leads_elsewhere_is_none(name: str):
    with pytest.raises(ConfigurationError, match="asset's name"):
        require_assets({name: b""})


def test_too_much_is_refused_and_the_limit_is_told():
    require_assets({"a": bytes(MOST_ASSET_BYTES)})
    with pytest.raises(ConfigurationError, match="may have 64 MiB"):
        require_assets({"a": bytes(MOST_ASSET_BYTES), "b": bytes(1)})
    with pytest.raises(ConfigurationError, match=f"may have {MOST_ASSETS}"):
        require_assets({str(number): b"" for number in range(MOST_ASSETS + 1)})
