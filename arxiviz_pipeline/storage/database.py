"""Reads the address of the Postgres that holds Dagster's catalog, and asks whether it answers.

Dagster makes the tables and reads them: `defs.postgres_storage` plugs this database into it.
"""

from contextlib import closing
from typing import cast

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from arxiviz_pipeline.domain.errors import ConfigurationError, StorageUnavailableError

# The one driver that is installed; without it SQLAlchemy would choose by its own version.
_DRIVER = "postgresql+psycopg2"
_SCHEMES = ("postgres", "postgresql", "postgresql+psycopg2")
_EXAMPLES = (
    "postgresql://USER:PASSWORD@HOST:5432/DATABASE, or by socket "
    "postgresql://USER@/DATABASE?host=/run/postgresql"
)
CONNECT_SECONDS = 5


def parse_database_url(text: str) -> str:
    """Bring a Postgres address into the one form that Dagster's storages can use.

    Raises:
        ConfigurationError: If it is none, without the password that may be in it.
    """
    try:
        url = make_url(text.strip())
    except (ArgumentError, ValueError) as error:
        message = f"DATABASE_URL cannot be read as an address. Expected one like {_EXAMPLES}."
        # The parser's own message holds the whole address.
        raise ConfigurationError(message) from error.__cause__
    if url.drivername not in _SCHEMES:
        message = (
            f"DATABASE_URL is of {url.drivername!r}, but the catalog can be kept in Postgres "
            f"alone. Expected an address like {_EXAMPLES}; unset it for SQLite in ARXIVIZ_HOME."
        )
        raise ConfigurationError(message)
    if not url.database:
        message = f"DATABASE_URL names no database. Expected an address like {_EXAMPLES}."
        raise ConfigurationError(message)
    return url.set(drivername=_DRIVER).render_as_string(hide_password=False)


def describe_database(text: str) -> str:
    """Name a database as a person may see it: without its password."""
    url = make_url(text)
    host = cast("str", url.query.get("host") or url.host or "the default socket")
    port = f":{url.port}" if url.port else ""
    user = f"{url.username}@" if url.username else ""
    return f"{url.database!r} at {user}{host}{port}"


def check_database(text: str) -> str:
    """Connect to a database; return what it says it is.

    Raises:
        StorageUnavailableError: With what is wrong and how to mend it.
    """
    import psycopg2

    address = make_url(text).set(drivername="postgresql")
    try:
        with closing(
            psycopg2.connect(
                address.render_as_string(hide_password=False), connect_timeout=CONNECT_SECONDS
            )
        ) as connection:
            _refuse_read_only(connection, address)
            version = connection.server_version
    except psycopg2.Error as error:
        raise database_error(text, error) from error
    return f"Postgres {version // 10000}.{version % 10000}, database {describe_database(text)}"


def database_error(text: str, error: BaseException) -> StorageUnavailableError:
    """Say why a database does not work, and what to do about it."""
    found = _without_password(str(error).strip(), make_url(text))
    reason = " ".join(found.partition("\n\tIs the server")[0].split()).rstrip(".")
    message = (
        f"The catalog's Postgres, database {describe_database(text)}, does not work: {reason}. "
        f"{_remedy(found)}"
    )
    return StorageUnavailableError(message)


def _refuse_read_only(connection: object, address: URL) -> None:
    from psycopg2.extensions import connection as psycopg_connection

    if not isinstance(connection, psycopg_connection):
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('transaction_read_only'), current_schema()")
        row = cursor.fetchone()
    read_only, schema = row or ("off", None)
    if read_only == "on":
        message = (
            f"The catalog's Postgres at {address.host or 'its socket'} takes no writes: it is a "
            "standby, or read-only. Name the primary in DATABASE_URL."
        )
        raise StorageUnavailableError(message)
    if schema is None:
        message = (
            f"In database {address.database!r} no schema of the search path exists. "
            "Make one: CREATE SCHEMA public."
        )
        raise StorageUnavailableError(message)


def _without_password(text: str, url: URL) -> str:
    password = url.password
    return text.replace(str(password), "***") if password else text


_REMEDIES = {
    "password authentication failed": "Correct the user and the password in DATABASE_URL; "
    "letters like @ : / in a password are written as %40 %3A %2F.",
    "no password supplied": "Write the user's password into DATABASE_URL.",
    "does not exist": "Make what is missing with createuser or createdb, or correct DATABASE_URL.",
    "pg_hba.conf": "Let the user in from here in the server's pg_hba.conf, or add ?sslmode=require "
    "to DATABASE_URL where the server wants TLS.",
    "SSL": "Correct sslmode in DATABASE_URL: disable, prefer, require, or verify-full.",
    "permission denied": "Let the user make tables: GRANT ALL ON SCHEMA public TO the user.",
    "too many": "Raise max_connections of the server, or put a pooler before it.",
    "remaining connection slots": "Raise max_connections of the server, or put a pooler before it.",
    "starting up": "It is starting; try again in a moment.",
    "shutting down": "It is stopping; try again when it is back.",
    "could not translate host name": "Correct the host in DATABASE_URL.",
    "No such file or directory": "Start the server, or correct the folder after ?host= in "
    "DATABASE_URL.",
}


def _remedy(found: str) -> str:
    fitting = (remedy for sign, remedy in _REMEDIES.items() if sign in found)
    return next(fitting, "Start the server, or correct the host and port in DATABASE_URL.")
