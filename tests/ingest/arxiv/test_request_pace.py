import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.ingest.arxiv.request_pace import RequestPace
from tests.ingest.arxiv.replay_server import ATOM, Reply, replay_server
from tests.ingest.html.pages import PARAGRAPH, atom_entry, atom_feed, page, paragraph, section

INTERVAL_SECONDS = 0.4

FETCH = """
import sys
from pathlib import Path
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.ingest.arxiv.client import ArxivClient

url, folder, interval_seconds = sys.argv[1:]
client = ArxivClient(
    Path(folder), api_url=f"{url}/api", arxiv_url=url, interval_seconds=float(interval_seconds)
)
for _ in range(2):
    client.fetch(ArxivId("2601.00001"))
"""


def test_two_processes_keep_the_pace_together(tmp_path: Path):
    feed = Reply(atom_feed(atom_entry("2601.00001v1")), ATOM)
    paper = Reply(page(section("Introduction", paragraph(PARAGRAPH))))
    with replay_server({"/api": feed, "/html/2601.00001v1": paper}) as server:
        command = [sys.executable, "-c", FETCH, server.url, str(tmp_path), str(INTERVAL_SECONDS)]
        processes = [
            subprocess.Popen(command, cwd=Path(__file__).parents[2], stderr=subprocess.PIPE)
            for _ in range(2)
        ]
        for process in processes:
            _, errors = process.communicate(timeout=60)
            assert process.returncode == 0, errors.decode()
    assert len(server.moments) == 8
    gaps = [
        later - earlier for earlier, later in zip(server.moments, server.moments[1:], strict=False)
    ]
    assert min(gaps) >= INTERVAL_SECONDS
    assert min(gaps) < INTERVAL_SECONDS + 5, "nobody should wait much longer than needed"


def test_requests_of_one_process_never_overlap(tmp_path: Path):
    pace = RequestPace(tmp_path, interval_seconds=0.0)
    under_way: list[int] = []
    overlaps: list[int] = []

    def request() -> None:
        with pace.turn():
            overlaps.extend(under_way)
            under_way.append(1)
            time.sleep(0.02)
            under_way.clear()

    threads = [threading.Thread(target=request) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert overlaps == []


@pytest.mark.parametrize("noted", ["", "not a number", "9e99", "nan"])
def test_a_note_that_makes_no_sense_costs_one_interval_at_most(tmp_path: Path, noted: str):
    (tmp_path / "arxiv_last_request").write_text(noted)
    start = time.monotonic()
    with RequestPace(tmp_path, interval_seconds=0.2).turn():
        assert time.monotonic() - start < 10


def test_a_request_that_fails_gives_its_turn_back(tmp_path: Path):
    pace = RequestPace(tmp_path, interval_seconds=0.0)
    with pytest.raises(RuntimeError), pace.turn():
        raise RuntimeError
    with pace.turn():
        pass


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    pace = RequestPace(tmp_path / "file" / "state")
    with pytest.raises(ConfigurationError, match="Set ARXIVIZ_HOME"), pace.turn():
        pass
