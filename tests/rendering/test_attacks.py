"""Scripts that attack by what they leave, say and have drawn: judged by what comes out."""

from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import RenderError
from arxiviz_pipeline.rendering.local_renderer import LocalRenderer
from tests.rendering.conftest import LOW
from tests.rendering.scripts import scene, script

_SECRET = "what-only-the-host-knows"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.txt"
    path.write_text(_SECRET)
    path.chmod(0o644)
    return path


@pytest.mark.usefixtures("leaves_nothing")
@pytest.mark.parametrize(
    "body",
    [
        "raise ValueError(open('SECRET').read())",
        r"self.add(Tex(r'\input{SECRET}'))",
        r"self.add(Tex(r'\newread\f\openin\f=SECRET \read\f to\x\errmessage{\x}'))",
        r"self.add(Tex(r'\input{|cat SECRET}'))",
        "import os; os.write(4, b'ffconcat version 1.0\\nfile SECRET\\n'); os._exit(0)",
        "import os; os.symlink('SECRET', 'link'); raise ValueError(open('link').read())",
    ],
)
def test_no_file_of_the_host_comes_out(renderer: LocalRenderer, secret: Path, body: str) -> None:
    with pytest.raises(RenderError) as raised:
        renderer.render(script(scene(body.replace("SECRET", str(secret)))), LOW)
    assert _SECRET not in raised.value.message


@pytest.mark.usefixtures("leaves_nothing")
@pytest.mark.parametrize(
    "body",
    [
        "self.wait(0.2)\nimport os\nos._exit(0)",
        "import os\nos.write(4, bytes(1000))\nos._exit(0)",
        "import os\nos.ftruncate(4, 1 << 30)\nos._exit(0)",
    ],
)
def test_what_is_forged_is_no_video(renderer: LocalRenderer, body: str) -> None:
    with pytest.raises(RenderError):
        renderer.render(script(scene(body)), LOW)
