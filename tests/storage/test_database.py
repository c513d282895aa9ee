"""The forms a database's address may have, and what is said of one that does not work."""

import pytest
from pydantic import SecretStr

from arxiviz_pipeline.domain.errors import ConfigurationError, StorageUnavailableError
from arxiviz_pipeline.storage.config import StorageSettings
from arxiviz_pipeline.storage.database import (
    check_database,
    describe_database,
    parse_database_url,
)
from tests.postgres_server import PostgresServer


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2"])
def test_every_form_of_an_address_becomes_one(scheme: str):
    parsed = parse_database_url(f" {scheme}://u:p%40ss@db:5433/catalog?sslmode=require\n")
    assert parsed == "postgresql+psycopg2://u:p%40ss@db:5433/catalog?sslmode=require"


def test_an_address_by_socket_stays_one():
    parsed = parse_database_url("postgresql://u@/catalog?host=/run/postgresql")
    assert parsed == "postgresql+psycopg2://u@/catalog?host=%2Frun%2Fpostgresql"
    assert describe_database(parsed) == "'catalog' at u@/run/postgresql"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("u:hidden@db/catalog", "cannot be read"),
        ("mysql://u:hidden@db/catalog", "'mysql'"),
        ("postgresql://u:hidden@db", "names no database"),
        ("postgresql://u:hidden@db:port/catalog", "cannot be read"),
    ],
)
def test_what_is_no_address_is_refused_without_its_password(text: str, said: str):
    with pytest.raises(ConfigurationError, match=said) as refused:
        StorageSettings.model_validate({"DATABASE_URL": text})
    assert "hidden" not in str(refused.value)
    assert "postgresql://USER" in str(refused.value)


def test_settings_do_not_show_the_password():
    settings = StorageSettings.model_validate({"DATABASE_URL": "postgres://u:hidden@db/catalog"})
    assert "hidden" not in repr(settings)
    assert settings.database_url == SecretStr("postgresql+psycopg2://u:hidden@db/catalog")


def test_a_database_that_works_says_what_it_is(postgres: PostgresServer):
    name = postgres.make_database()
    assert f"database {name!r}" in check_database(postgres.url(name))
    assert check_database(postgres.socket_url(name)).startswith("Postgres 18.")


def test_each_thing_that_is_wrong_has_its_own_remedy(postgres: PostgresServer):
    name = postgres.make_database()
    good = postgres.url(name)
    wrong = {
        postgres.url(name, password="hidden"): "Correct the user and the password",
        postgres.url("no_such_database"): "createdb",
        good.replace(f":{postgres.port}/", ":9/"): "host and port",
        f"{good}?sslmode=require": "sslmode",
        f"{good}?options=-csearch_path%3Dnowhere": "CREATE SCHEMA",
        f"{good}?options=-cdefault_transaction_read_only%3Don": "Name the primary",
        f"postgresql://u@/{name}?host=/no/such/folder": r"after \?host=",
    }
    for url, remedy in wrong.items():
        with pytest.raises(StorageUnavailableError, match=remedy) as refused:
            check_database(url)
        assert "hidden" not in str(refused.value)
