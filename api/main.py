"""The application: `uvicorn --factory api.main:create_app`."""

from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from importlib.metadata import version

import httpx2
from fastapi import APIRouter, FastAPI
from starlette.middleware.cors import CORSMiddleware

from api.addresses import API_PREFIX
from api.body_limit import LimitBodies
from api.catalog import open_catalog
from api.dagster_client import DagsterClient
from api.dependencies import State
from api.error_answers import add_error_handlers
from api.health import HealthChecks
from api.job_reports import JobReports
from api.launcher import Launcher
from api.paper_answers import PaperAnswers
from api.paper_list import PaperList
from api.routes import health, jobs, papers, videos, visualizations
from api.settings import ApiSettings
from arxiviz_pipeline.domain.ports import ObjectStore
from arxiviz_pipeline.storage.open_locks import open_locks
from arxiviz_pipeline.storage.open_store import open_object_store
from arxiviz_pipeline.storage.submissions import StoredSubmissions


def create_app(settings: ApiSettings | None = None, *, store: ObjectStore | None = None) -> FastAPI:
    """Make the application; it opens the catalog and the store when it starts to serve.

    Args:
        settings: By default those of the environment.
        store: By default the one that the settings ask for.
    """
    chosen = settings or ApiSettings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with ExitStack() as stack:
            app.state.arxiviz = _open(chosen, store or open_object_store(chosen), stack)
            yield

    app = FastAPI(
        title="arxiviz",
        summary="Turns an arXiv paper into videos people want to watch.",
        version=version("arxiviz"),
        docs_url=f"{API_PREFIX}/docs",
        redoc_url=None,
        openapi_url=f"{API_PREFIX}/openapi.json",
        lifespan=lifespan,
    )
    routes = APIRouter(prefix=API_PREFIX)
    # The papers come after: their path takes whatever follows `/paper/`, as old ids have slashes.
    for resource in (jobs, visualizations, papers, videos, health):
        routes.include_router(resource.router)
    app.include_router(routes)
    add_error_handlers(app)
    app.add_middleware(LimitBodies)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=chosen.cors_origins,
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=["Accept-Ranges", "Content-Length", "Content-Range", "ETag", "Retry-After"],
    )
    return app


def _open(settings: ApiSettings, store: ObjectStore, stack: ExitStack) -> State:
    catalog = stack.enter_context(open_catalog(settings.database_url))
    client = stack.enter_context(httpx2.Client())
    dagster = DagsterClient(client, str(settings.dagster_graphql_url))
    locks = open_locks(settings)
    submissions = StoredSubmissions(store, locks)
    launcher = Launcher(catalog, store, submissions, dagster, locks)
    return State(
        settings=settings,
        catalog=catalog,
        launcher=launcher,
        store=store,
        submissions=submissions,
        reports=JobReports(catalog),
        paper_list=PaperList(catalog),
        paper_answers=PaperAnswers(store, catalog),
        health=HealthChecks(catalog, store, dagster),
    )
