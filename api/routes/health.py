"""Whether the service works, and what of it does not."""

from importlib.metadata import version

from fastapi import APIRouter

from api.dependencies import HealthDep
from api.error_answers import documented
from api.schemas.health import Health

router = APIRouter(tags=["health"])


@router.head("/health", include_in_schema=False)
@router.get("/health", responses=documented())
def show_health(health: HealthDep) -> Health:
    """Ask everything the service needs.

    The status code is 200 even if something is missing: this process answers, and what needs
    nothing of the missing one works on. `status` is `degraded` then.
    """
    services = health.services()
    answers = (services.database, services.storage, services.renderer, services.dagster)
    all_ok = all(service.status == "ok" for service in answers)
    return Health(
        status="ok" if all_ok else "degraded", version=version("arxiviz"), services=services
    )
