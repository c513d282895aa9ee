"""What routes ask for: one alias each, read from the application's state."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Path, Request

from api.addresses import Addresses
from api.catalog import Catalog
from api.health import HealthChecks
from api.job_reports import JobReports
from api.launcher import Launcher
from api.paper_answers import PaperAnswers
from api.paper_list import PaperList
from api.settings import ApiSettings
from arxiviz_pipeline.domain.identifiers import ArxivId
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.storage.submissions import StoredSubmissions


@dataclass(frozen=True, slots=True)
class State:
    """Everything one application holds while it serves."""

    settings: ApiSettings
    catalog: Catalog
    launcher: Launcher
    store: ObjectStore
    submissions: StoredSubmissions
    reports: JobReports
    paper_list: PaperList
    paper_answers: PaperAnswers
    health: HealthChecks


def _state(request: Request) -> State:
    return cast("State", request.app.state.arxiviz)


StateDep = Annotated[State, Depends(_state)]


def _catalog(state: StateDep) -> Catalog:
    return state.catalog


def _launcher(state: StateDep) -> Launcher:
    return state.launcher


def _store(state: StateDep) -> ObjectStore:
    return state.store


def _submissions(state: StateDep) -> StoredSubmissions:
    return state.submissions


def _reports(state: StateDep) -> JobReports:
    return state.reports


def _paper_list(state: StateDep) -> PaperList:
    return state.paper_list


def _paper_answers(state: StateDep) -> PaperAnswers:
    return state.paper_answers


def _health(state: StateDep) -> HealthChecks:
    return state.health


def _addresses(request: Request, state: StateDep) -> Addresses:
    base = state.settings.public_url or request.base_url
    return Addresses(str(base).rstrip("/"))


def _arxiv_id(
    arxiv_id: Annotated[
        str,
        Path(
            description="An arXiv id; old ones with their `/`, plain or as `%2F`.",
            examples=["1706.03762"],
        ),
    ],
) -> ArxivId:
    return ArxivId.parse(arxiv_id)


CatalogDep = Annotated[Catalog, Depends(_catalog)]
LauncherDep = Annotated[Launcher, Depends(_launcher)]
StoreDep = Annotated[ObjectStore, Depends(_store)]
SubmissionsDep = Annotated[StoredSubmissions, Depends(_submissions)]
ReportsDep = Annotated[JobReports, Depends(_reports)]
PaperListDep = Annotated[PaperList, Depends(_paper_list)]
PaperAnswersDep = Annotated[PaperAnswers, Depends(_paper_answers)]
HealthDep = Annotated[HealthChecks, Depends(_health)]
AddressesDep = Annotated[Addresses, Depends(_addresses)]
ArxivIdDep = Annotated[ArxivId, Depends(_arxiv_id)]
