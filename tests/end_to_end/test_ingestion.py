"""Papers of every format, and those that cannot be had, as a person at a terminal meets them."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from arxiviz_pipeline.defs.instance import open_instance
from arxiviz_pipeline.domain import catalog
from arxiviz_pipeline.domain.identifiers import ArxivId
from tests.end_to_end.conftest import ask_ahead, run_arxiviz, settings_of_a_user
from tests.end_to_end.made_up_arxiv import (
    AS_ABSTRACT,
    AS_PAGE,
    AS_PDF,
    AS_SOURCE,
    FORBIDDING,
    NOT_ANNOUNCED,
    UNKNOWN,
    WITHDRAWN,
    WITHOUT_VERSION_9,
    api_address,
    settings_of,
)
from tests.ingest.arxiv.answers import LICENCE
from tests.ingest.arxiv.replay_server import ReplayServer, Reply, replay_server
from tests.ingest.latex.payloads import PAPER, tar_gz

READABLE = (AS_PAGE, AS_SOURCE, AS_PDF, AS_ABSTRACT)
REFUSED = {
    UNKNOWN: "arXiv has no paper 2601.00099. Check the number.",
    WITHOUT_VERSION_9: "arXiv has no version 9 of 2601.00011. Its newest is 2601.00011v1.",
    NOT_ANNOUNCED: "arXiv has no paper 9912.00001 yet",
    WITHDRAWN: "2601.00015v2 was withdrawn: arXiv has no text of it. Ask for 2601.00015v1",
    FORBIDDING: "The licence of 2601.00016 is CC BY-NC-ND 4.0",
}


@dataclass(frozen=True)
class Terminal:
    """Types commands in a folder, with a made-up arXiv to ask and a home of its own."""

    folder: Path
    arxiv: ReplayServer

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def __call__(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = settings_of_a_user(self.home) | settings_of(self.arxiv.url)
        return run_arxiviz(
            *arguments,
            environment=environment | {"ARXIVIZ_PAPERS_DIR": ""} | settings,
            folder=self.folder,
        )

    @contextmanager
    def catalog(self) -> Iterator[dg.DagsterInstance]:
        """Dagster's records of this home; of the environment, nothing stays changed."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DAGSTER_HOME", "")
            with open_instance(self.home) as instance:
                yield instance

    def save(self, arxiv_id: str, name: str, content: bytes) -> None:
        paper = self.folder / "papers" / arxiv_id
        paper.mkdir(parents=True)
        (paper / name).write_bytes(content)


@dataclass(frozen=True)
class Made:
    """The papers of every format, after a command made their videos."""

    terminal: Terminal
    done: subprocess.CompletedProcess[str]
    requests: tuple[str, ...]

    @cached_property
    def papers(self) -> dict[str, Any]:
        return {paper["arxiv_id"]: paper for paper in json.loads(self.done.stdout)["papers"]}

    def metadata(self, arxiv_id: ArxivId) -> dict[str, Any]:
        """What Dagster shows of the asset `papers`."""
        with self.terminal.catalog() as instance:
            asked = dg.AssetRecordsFilter(dg.AssetKey(catalog.PAPERS), [str(arxiv_id)])
            (record,) = instance.fetch_materializations(asked, limit=1).records
        assert record.asset_materialization is not None
        return {
            name: _shown(value) for name, value in record.asset_materialization.metadata.items()
        }


@pytest.fixture
def terminal(tmp_path: Path, arxiv: ReplayServer) -> Terminal:
    return Terminal(tmp_path, arxiv)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, arxiv: ReplayServer) -> Made:
    terminal = Terminal(tmp_path_factory.mktemp("made"), arxiv)
    ask_ahead(arxiv, terminal.home, *READABLE)
    requests_before = len(arxiv.requests)
    done = terminal("process", *map(str, READABLE), "--json")
    assert done.returncode == 0, done.stderr
    return Made(terminal, done, tuple(path for path, *_ in arxiv.requests[requests_before:]))


def test_each_paper_is_made_from_the_best_format_it_has(made: Made):
    seen = {arxiv_id: paper["source_format"] for arxiv_id, paper in made.papers.items()}
    assert seen == {
        str(AS_PAGE): "html",
        str(AS_SOURCE): "latex",
        str(AS_PDF): "pdf",
        str(AS_ABSTRACT): "abstract",
    }


def test_each_section_worth_one_has_its_video_also_an_abstract_that_is_all_there_is(made: Made):
    scenes = {arxiv_id: paper["scenes"] for arxiv_id, paper in made.papers.items()}
    titles = {arxiv_id: [scene["title"] for scene in found] for arxiv_id, found in scenes.items()}
    assert titles == {
        str(AS_PAGE): ["Energy"],
        str(AS_SOURCE): ["Averages", "Spreads"],
        str(AS_PDF): [],  # some words without a formula
        str(AS_ABSTRACT): ["Abstract"],
    }
    for scene in chain.from_iterable(scenes.values()):
        assert scene["status"] == "complete"
        assert Path(scene["location"]).read_bytes()[4:8] == b"ftyp"


def test_a_person_is_told_the_format_and_why_the_better_ones_were_not(made: Made):
    told = [line for line in made.done.stderr.splitlines() if "found, as" in line or "not" in line]
    url = made.terminal.arxiv.url
    missing = "There is none at {}: HTTP 404."
    failed = "its conversion to HTML failed."
    source = f"{AS_SOURCE} is read from its latex, not"
    pdf = f"{AS_PDF} is read from its pdf, not"
    assert told[:4] == [
        f"{AS_PAGE} found, as html",
        f"{AS_SOURCE} found, as latex",
        f"{source} html: {missing.format(f'{url}/html/{AS_SOURCE}v1')}",
        f"{source} ar5iv: There is none at {url}/ar5iv/html/{AS_SOURCE}: {failed}",
    ]
    assert f"{pdf} ar5iv: {missing.format(f'{url}/ar5iv/html/{AS_PDF}')}" in told
    last_resort = [line.split(":")[0] for line in told if f"{AS_ABSTRACT} is read" in line]
    assert last_resort == [
        f"{AS_ABSTRACT} is read from its abstract, not {better}"
        for better in ("html", "ar5iv", "latex", "pdf")
    ]


def test_what_arxiv_has_answered_it_is_not_asked_again(made: Made):
    assert made.requests == ()


def test_an_operator_sees_format_licence_and_the_formats_that_were_not_read(made: Made):
    seen = made.metadata(AS_SOURCE)
    assert (seen["source_format"], seen["licence"], seen["version"]) == ("latex", LICENCE, 1)
    rows = [record.data for record in seen["better_formats"].records]
    reasons = {row["format"]: row["why not"] for row in rows}
    assert list(reasons) == ["html", "ar5iv"]
    assert reasons["ar5iv"].endswith("its conversion to HTML failed.")
    assert "better_formats" not in made.metadata(AS_PAGE)


@pytest.mark.parametrize(
    ("asked", "source_format", "title", "equations"),
    [
        (AS_SOURCE, "latex", "Averages", [r"\langle x \rangle = \frac{x_1 + x_2}{2}."]),
        (AS_ABSTRACT, "abstract", "Abstract", []),
    ],
)
def test_parse_reads_a_paper_as_it_is_made_and_says_what_from(
    made: Made, asked: ArxivId, source_format: str, title: str, equations: list[str]
):
    requests_before = len(made.terminal.arxiv.requests)
    done = made.terminal("parse", str(asked), "--json")
    assert done.returncode == 0, done.stderr
    parsed = json.loads(done.stdout)
    assert (parsed["title"], parsed["authors"]) == (f"Paper {asked}", ["Ada Lovelace"])
    section = parsed["sections"][0]
    assert (section["title"], section["equations"]) == (title, equations)
    assert f"{asked} found, as {source_format}" in done.stderr
    assert f"{asked} is read from its {source_format}, not html: " in done.stderr
    assert len(made.terminal.arxiv.requests) == requests_before


def test_papers_that_cannot_be_had_are_told_apart_and_leave_nothing_behind(terminal: Terminal):
    ask_ahead(terminal.arxiv, terminal.home, *REFUSED)
    done = terminal("process", *map(str, REFUSED), "--json", ARXIVIZ_LICENCE_POLICY="derivatives")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    papers = {paper["arxiv_id"]: paper for paper in json.loads(done.stdout)["papers"]}
    for arxiv_id, told in REFUSED.items():
        paper = papers[str(arxiv_id)]
        assert paper["error"].startswith(told)
        assert paper["scenes"] == []
    kept = {path.name for path in (terminal.home / "objects").iterdir()}
    assert kept == {"answers"}
    with terminal.catalog() as instance:
        codes = [_error_code(instance, papers[str(arxiv_id)]["job_id"]) for arxiv_id in REFUSED]
    assert codes == [
        "PAPER_UNKNOWN",
        "VERSION_NOT_FOUND",
        "PAPER_NOT_ANNOUNCED",
        "PAPER_WITHDRAWN",
        "LICENCE_FORBIDS",
    ]


def _shown(value: dg.MetadataValue[Any]) -> Any:
    return value if isinstance(value, dg.TableMetadataValue) else value.value


def _error_code(instance: dg.DagsterInstance, job_id: str) -> object:
    run = instance.get_run_by_id(job_id)
    assert run is not None
    assert run.status is dg.DagsterRunStatus.FAILURE
    (failure,) = instance.all_logs(job_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    assert failure.dagster_event is not None
    told = failure.dagster_event.step_failure_data.user_failure_data
    assert told is not None
    return told.metadata[catalog.ERROR_CODE].value


def test_parse_says_why_a_paper_cannot_be_had(terminal: Terminal):
    ask_ahead(terminal.arxiv, terminal.home, WITHDRAWN)
    refused = terminal("parse", str(WITHDRAWN))
    assert refused.returncode == 1
    assert f"error: {REFUSED[WITHDRAWN]}" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert refused.stdout == ""


def test_a_command_alone_asks_by_name_at_arxivs_pace_and_again_after_a_failure(terminal: Terminal):
    described = api_address(AS_PAGE)
    at_first = [Reply(status=503), terminal.arxiv.reply_to(described)]
    with replay_server(terminal.arxiv.replies | {described: at_first}) as arxiv:
        done = Terminal(terminal.folder, arxiv)(
            "parse", str(AS_PAGE), "--json", ARXIVIZ_CONTACT="mailto:me@example.org"
        )
        assert done.returncode == 0, done.stderr
        assert f"{AS_PAGE} trying again in" in done.stderr
        assert "the service fails" in done.stderr
        assert len(arxiv.requests) == 5, "metadata twice, licence, robots.txt, page"
        assert all(
            agent.startswith("arxiviz/") and "mailto:me@example.org" in agent
            for _, agent, _ in arxiv.requests
        )
        assert min(later - sooner for sooner, later in pairwise(arxiv.moments)) > 2.9


def test_a_look_at_what_is_announced_makes_nothing(terminal: Terminal):
    done = terminal(
        *("watch", "--category", "math.PR", "--dry-run", "--json"),
        ARXIVIZ_LICENCE_POLICY="derivatives",
    )
    assert done.returncode == 0, done.stderr
    announced = json.loads(done.stdout)["announced"]
    assert {paper["arxiv_id"]: paper["skipped_because"] for paper in announced} == {
        f"{AS_PAGE}v1": None,
        f"{FORBIDDING}v1": "licence CC BY-NC-ND 4.0 does not allow derivatives",
    }
    assert not (terminal.home / "objects").exists()


def test_a_saved_paper_of_one_file_is_read_without_a_network(terminal: Terminal):
    terminal.save("2601.00021", "source.tar.gz", tar_gz({"main.tex": PAPER}))
    terminal.save("2601.00022", "paper.pdf", terminal.arxiv.reply_to(f"/pdf/{AS_PDF}v1").body)
    requests_before = len(terminal.arxiv.requests)
    for arxiv_id, title in {"2601.00021": "On Weighing Twice", "2601.00022": "The Print"}.items():
        done = terminal("parse", arxiv_id, "--json", ARXIVIZ_PAPERS_DIR="papers")
        assert done.returncode == 0, done.stderr
        parsed = json.loads(done.stdout)
        assert parsed["title"] == title
        assert [section["title"] for section in parsed["sections"]] == ["Introduction"]
    assert len(terminal.arxiv.requests) == requests_before


def test_a_saved_file_that_is_broken_is_named_with_what_is_wrong(terminal: Terminal):
    terminal.save("2601.00023", "paper.pdf", b"%PDF-1.5 and no more")
    refused = terminal("parse", "2601.00023", ARXIVIZ_PAPERS_DIR="papers")
    assert refused.returncode == 1
    assert "2601.00023 is there, but in no format that can be read." in refused.stderr
    assert "papers/2601.00023/paper.pdf is damaged" in refused.stderr
    assert "Traceback" not in refused.stderr
