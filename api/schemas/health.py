"""Whether the service works."""

from typing import Literal

from pydantic import BaseModel

from api.schemas.examples import example


class ServiceHealth(BaseModel):
    """Whether one thing the API needs works, and if not, what to do."""

    status: Literal["ok", "unavailable"]
    message: str


class Services(BaseModel):
    """Each thing the API needs, really asked."""

    database: ServiceHealth
    storage: ServiceHealth
    renderer: ServiceHealth
    dagster: ServiceHealth


class Health(BaseModel):
    """`ok` if every service is, else `degraded`: what does not need the missing one works on."""

    model_config = example(
        status="ok",
        version="0.1.0",
        services={
            name: {"status": "ok", "message": "It answers."}
            for name in ("database", "storage", "renderer", "dagster")
        },
    )

    status: Literal["ok", "degraded"]
    version: str
    services: Services
