"""A zygote that has imported nothing, and scripts that try to get out."""

import os
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from arxiviz_pipeline.sandbox.policy import Policy
from arxiviz_pipeline.sandbox.zygote import EndedProcess, Zygote

_PYTHON = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", sys.prefix, sys.base_prefix)


class RunConfined(Protocol):
    """Runs a script confined."""

    def __call__(self, code: str, timeout_seconds: float = 20.0, **policy: Any) -> EndedProcess: ...


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    os.environ["SECRET_KEY"] = "of-the-host"
    try:
        started = Zygote(sys.executable, [], {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
    finally:
        del os.environ["SECRET_KEY"]
    yield started
    started.close()


@pytest.fixture
def said() -> list[dict[str, Any]]:
    """What the last script has said to its host."""
    return []


@pytest.fixture
def run_confined(zygote: Zygote, tmp_path: Path, said: list[dict[str, Any]]) -> RunConfined:
    script = tmp_path / "script.py"
    package = Path(__file__).parents[2] / "arxiviz_pipeline"
    readable = (*map(Path, _PYTHON), package, script)

    def run(code: str, timeout_seconds: float = 20.0, **policy: Any) -> EndedProcess:
        script.write_text(textwrap.dedent(code), encoding="utf-8")
        script.chmod(0o644)
        return zygote.run(
            "runpy:run_path",
            {"path_name": str(script)},
            Policy(readable=readable, **policy),
            timeout_seconds=timeout_seconds,
            on_message=lambda message: (said.append(message), lambda: {"heard": len(said)})[1],
        )

    return run
