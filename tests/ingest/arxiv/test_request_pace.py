import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.ingest.arxiv.request_pace import RequestPace
from tests.ingest.arxiv.answers import (
    API,
    AR5IV_PAGE,
    FOUND,
    OAI,
    PAGE,
    PAPER,
    PDF,
    SOURCE,
    oai_record,
)
from tests.ingest.arxiv.replay_server import Reply, replay_server

INTERVAL_SECONDS = 0.15

FETCH = """
import sys
from pathlib import Path
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.ingest.arxiv.client import ArxivClient

interval_seconds, folder, api_url, oai_url, arxiv_url, export_url, ar5iv_url = sys.argv[1:]
client = ArxivClient(
    Path(folder),
    api_url=api_url,
    oai_url=oai_url,
    arxiv_url=arxiv_url,
    export_url=export_url,
    ar5iv_url=ar5iv_url,
    interval_seconds=float(interval_seconds),
)
paper = client.describe(ArxivId("2601.00001"))
for source_format in ("html", "ar5iv", "latex", "pdf"):
    client.document(paper, source_format)
"""


def test_two_processes_keep_the_pace_together_over_all_hosts(tmp_path: Path):
    replies = {
        API: FOUND,
        OAI: oai_record("2601.00001", ""),
        PAGE: PAPER,
        AR5IV_PAGE.removeprefix("/ar5iv"): PAPER,
        SOURCE: Reply(b"\\input paper", "application/x-tex"),
        PDF: Reply(b"%PDF-1.7", "application/pdf"),
    }
    with ExitStack() as running:
        hosts = [running.enter_context(replay_server(replies)) for _ in range(5)]
        urls = [host.url for host in hosts]
        addresses = [f"{urls[0]}{API}", f"{urls[1]}{OAI}", *urls[2:]]
        command = [sys.executable, "-c", FETCH, str(INTERVAL_SECONDS), str(tmp_path), *addresses]
        processes = [
            subprocess.Popen(command, cwd=Path(__file__).parents[3], stderr=subprocess.PIPE)
            for _ in range(2)
        ]
        for process in processes:
            _, errors = process.communicate(timeout=60)
            assert process.returncode == 0, errors.decode()
    assert all(host.requests for host in hosts)
    moments = sorted(moment for host in hosts for moment in host.moments)
    assert len(moments) == 2 * (6 + 3)  # with robots.txt of arXiv, its export site and ar5iv
    gaps = [later - earlier for earlier, later in pairwise(moments)]
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


def test_a_postponement_holds_everybody(tmp_path: Path):
    RequestPace(tmp_path, interval_seconds=0.0).postpone(0.4)
    start = time.monotonic()
    with RequestPace(tmp_path, interval_seconds=0.0).turn():
        assert time.monotonic() - start >= 0.35


@pytest.mark.parametrize("noted", ["", "not a number", "9e99", "nan", "-inf"])
def test_a_note_that_makes_no_sense_costs_one_interval_at_most(tmp_path: Path, noted: str):
    (tmp_path / "arxiv_last_request").write_text(noted)
    (tmp_path / "arxiv_not_before").write_text(noted.replace("9e99", "0"))
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
