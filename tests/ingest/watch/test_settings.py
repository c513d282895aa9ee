"""What is watched is told by the environment."""

import pytest

from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.ingest.watch.settings import WatchSettings


def test_the_environment_names_what_is_watched(monkeypatch: pytest.MonkeyPatch):
    for name in ("ARXIVIZ_WATCH", "ARXIVIZ_WATCH_TYPES", "ARXIVIZ_WATCH_RATE"):
        monkeypatch.delenv(name, raising=False)
    nothing = WatchSettings(_env_file=None)  # type: ignore[call-arg]
    assert (nothing.watch, nothing.watch_types, nothing.watch_rate) == ((), ("new",), 20)
    monkeypatch.setenv("ARXIVIZ_WATCH", "cs.CL, math.NT")
    monkeypatch.setenv("ARXIVIZ_WATCH_TYPES", "cross,new")
    watched = WatchSettings()
    assert watched.watch == ("cs.CL", "math.NT")
    assert watched.watch_types == ("new", "cross")
    monkeypatch.setenv("ARXIVIZ_WATCH", "cs CL")
    with pytest.raises(ConfigurationError, match=r"ARXIVIZ_WATCH: 'cs CL'"):
        WatchSettings()
