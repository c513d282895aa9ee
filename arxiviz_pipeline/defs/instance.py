"""Opens the Dagster instance that the command line, the UI and the API share.

Dagster's page: https://docs.dagster.io/deployment/oss/oss-instance-configuration
"""

import hashlib
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import dagster as dg
import yaml
from filelock import FileLock
from pydantic import SecretStr

from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.storage.database import check_database

log = logging.getLogger(__name__)

PROJECT_ROOT = Path(__file__).parents[2]
_DEFAULT_HOME = ".arxiviz"
_NOTE: Final = "# arxiviz keeps this file up to date until somebody changes it; seal"


def open_instance(home: Path, database_url: SecretStr | None = None) -> dg.DagsterInstance:
    """Open the instance kept in this folder, and make it first if it isn't there.

    Sets `DAGSTER_HOME`, so that processes started from this one use the same instance. If it
    was set before, that instance is used as it is, and so is a `dagster.yaml` of somebody's own.

    Args:
        home: Where artifacts, logs and, without a database, the catalog are kept.
        database_url: The Postgres for the catalog, which processes started from this one find
            in `DATABASE_URL`.

    Raises:
        StorageUnavailableError: If the Postgres does not work.
    """
    if database_url is not None:
        os.environ["DATABASE_URL"] = database_url.get_secret_value()
        check_database(database_url.get_secret_value())
    if not os.environ.get("DAGSTER_HOME"):
        os.environ["DAGSTER_HOME"] = str(_prepare(home, in_postgres=database_url is not None))
    folder = Path(os.environ["DAGSTER_HOME"])
    with _explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    # Processes that start together on an empty SQLite folder race to make its tables.
    with FileLock(folder / "instance.lock"):
        instance = dg.DagsterInstance.get()
        instance.get_run_records(limit=1)
        instance.get_asset_keys(limit=1)
    if database_url is not None:
        _tell_of_another_storage(instance, folder)
    return instance


def _tell_of_another_storage(instance: dg.DagsterInstance, folder: Path) -> None:
    from dagster_postgres import PostgresRunStorage

    if not isinstance(instance.run_storage, PostgresRunStorage):
        path = folder / "dagster.yaml"
        log.warning("the catalog is where %s says, and not where DATABASE_URL says", path)


def _prepare(home: Path, *, in_postgres: bool) -> Path:
    """Write the project's dagster.yaml for this home, unless somebody's own is there."""
    path = home / "dagster.yaml"
    with _explained(home):
        home.mkdir(parents=True, exist_ok=True)
        found = path.read_text() if path.exists() else None
        wanted = _sealed(_config_text(home, in_postgres=in_postgres))
        if found == wanted or (found is not None and not _is_ours(found, home)):
            return home
        # Whoever starts at the same time must not read half a file.
        written = path.with_name(f".dagster.yaml.{os.getpid()}")
        written.write_text(wanted)
        written.replace(path)
    return home


def _config_text(home: Path, *, in_postgres: bool) -> str:
    """Return the project's dagster.yaml with this home in the place of the default one."""
    config = yaml.safe_load((PROJECT_ROOT / "dagster.yaml").read_text())
    if in_postgres:
        production = yaml.safe_load((PROJECT_ROOT / "deploy" / "dagster.yaml").read_text())
        config["storage"] = production["storage"]
        # Who shares a catalog may be on other machines, and looks at logs from there.
        where = {"config": config["compute_logs"]["config"]}
        config["compute_logs"] = production["compute_logs"] | where
    return yaml.safe_dump(_moved(config, home), sort_keys=False)


def _sealed(text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f"{_NOTE} {digest}\n{text}"


def _is_ours(found: str, home: Path) -> bool:
    """Tell whether a file is as it was written here, now or by a former version."""
    unsealed = [_config_text(home, in_postgres=value) for value in (False, True)]
    return found in unsealed or found == _sealed(found.partition("\n")[2])


@contextmanager
def _explained(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = (
            f"The folder {str(home)!r} cannot be used for the catalog: {error.strerror}. "
            "Make it writable, or name another in ARXIVIZ_HOME."
        )
        raise ConfigurationError(message) from error


def _moved(value: object, home: Path) -> object:
    match value:
        case dict():
            return {key: _moved(item, home) for key, item in value.items()}
        case str() if Path(value).parts[:1] == (_DEFAULT_HOME,):
            return str(home.joinpath(*Path(value).parts[1:]))
        case _:
            return value
