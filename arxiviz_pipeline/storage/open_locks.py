"""Chooses the locks that the settings ask for."""

from arxiviz_pipeline.domain.ports import Locks
from arxiviz_pipeline.storage.config import StorageSettings
from arxiviz_pipeline.storage.folder_locks import FolderLocks


def open_locks(settings: StorageSettings) -> Locks:
    """Return Postgres's if the catalog is kept there, else files in `ARXIVIZ_HOME/locks`."""
    if settings.database_url is None:
        return FolderLocks(settings.home / "locks")
    from arxiviz_pipeline.storage.postgres_locks import PostgresLocks

    return PostgresLocks(settings.database_url.get_secret_value())
