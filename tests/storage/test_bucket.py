"""What is found out about a bucket before a run has to: `arxiviz bucket` and `doctor` tell it."""

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from arxiviz_pipeline.domain.errors import ConfigurationError
from arxiviz_pipeline.storage.bucket import (
    BucketFinding,
    apply_rules,
    examine_bucket,
    lifecycle_rules,
)
from arxiviz_pipeline.storage.config import StorageSettings
from arxiviz_pipeline.storage.open_store import open_object_store, open_s3_client
from arxiviz_pipeline.storage.s3_store import S3Store
from tests.end_to_end.conftest import run_arxiviz, settings_of_a_user
from tests.s3_server import S3Server

PAGE = "https://papers.example.org"


def _examine(settings: StorageSettings) -> dict[str, BucketFinding]:
    client = open_s3_client(settings)
    store = open_object_store(settings, client)
    assert isinstance(store, S3Store)
    found = examine_bucket(client, settings.s3_bucket or "", store, PAGE)
    return {finding.name: finding for finding in found}


def test_a_new_bucket_lacks_its_rules_until_they_are_applied(s3_server: S3Server):
    settings = s3_server.settings(s3_server.make_bucket())
    found = _examine(settings)
    assert found["objects"].works
    assert found["addresses"].works
    assert not found["browsers"].works
    assert not found["left-overs"].works
    assert "--apply" in found["browsers"].message
    apply_rules(open_s3_client(settings), settings.s3_bucket or "", [PAGE])
    assert all(finding.works for finding in _examine(settings).values())
    assert list(open_object_store(settings).list("")) == []


def test_a_bucket_whose_logs_stay_for_ever_is_found_out(s3_server: S3Server):
    settings = s3_server.settings(s3_server.make_bucket())
    client: Any = open_s3_client(settings)
    uploads, logs = lifecycle_rules()["Rules"]

    def finding_with(*rules: dict[str, Any]) -> BucketFinding:
        client.put_bucket_lifecycle_configuration(
            Bucket=settings.s3_bucket, LifecycleConfiguration={"Rules": rules}
        )
        return _examine(settings)["left-overs"]

    assert "uploads" in finding_with(logs).message
    without = finding_with(uploads, {**logs, "Filter": {"Prefix": "elsewhere/"}})
    assert not without.works
    assert without.message.startswith("Logs of runs stay")
    assert finding_with(uploads, logs).works
    client.close()


def test_only_pages_that_are_let_in_can_seek(s3_server: S3Server):
    settings = s3_server.settings(s3_server.make_bucket())
    apply_rules(open_s3_client(settings), settings.s3_bucket or "", [PAGE])
    store = open_object_store(settings)
    store.put("a.mp4", b"0123456789", content_type="video/mp4")
    url = store.url("a.mp4") or ""
    mine = httpx2.get(url, headers={"Origin": PAGE, "Range": "bytes=0-1"})
    assert mine.status_code == 206
    assert mine.headers["access-control-allow-origin"] in (PAGE, "*")
    asked = httpx2.options(
        url,
        headers={
            "Origin": PAGE,
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "range",
        },
    )
    assert asked.is_success
    foreign = httpx2.get(url, headers={"Origin": "https://elsewhere.example.org"})
    assert "access-control-allow-origin" not in foreign.headers


@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        ({"S3_SECRET_KEY": "wrong"}, "S3_SECRET_KEY"),
        ({"S3_ACCESS_KEY": "nobody"}, "S3_ACCESS_KEY"),
        ({"S3_BUCKET": "no-such-bucket"}, "S3_BUCKET"),
    ],
)
def test_each_thing_that_is_wrong_is_named(
    s3_server: S3Server, changes: dict[str, str], remedy: str
):
    found = _examine(s3_server.settings(s3_server.make_bucket(), **changes))
    assert not found["objects"].works
    assert remedy in found["objects"].message


def test_a_public_address_that_does_not_serve_the_bucket_is_found_out(s3_server: S3Server):
    bucket = s3_server.make_bucket()
    private = s3_server.settings(bucket, S3_PUBLIC_URL=f"{s3_server.endpoint}/{bucket}")
    assert "403" in _examine(private)["addresses"].message
    nowhere = s3_server.settings(bucket, S3_PUBLIC_URL="http://127.0.0.1:9")
    assert "S3_PUBLIC_URL" in _examine(nowhere)["addresses"].message


def test_an_address_holds_as_long_as_it_is_set_and_a_week_at_most(s3_server: S3Server):
    bucket = s3_server.make_bucket()
    store = open_object_store(s3_server.settings(bucket, S3_URL_EXPIRY_SECONDS="3600"))
    assert "X-Amz-Expires=3600&" in (store.url("a.mp4") or "")
    with pytest.raises(ValueError, match="604800"):
        s3_server.settings(bucket, S3_URL_EXPIRY_SECONDS="604801")


def test_an_expired_address_is_refused(s3_server: S3Server):
    bucket = s3_server.make_bucket()
    client = open_s3_client(s3_server.settings(bucket))
    store = S3Store(client, bucket)
    store.put("a.mp4", b"1", content_type="video/mp4")
    gone = S3Store(client, bucket, signed_seconds=0).url("a.mp4") or ""
    assert httpx2.get(store.url("a.mp4") or "").status_code == 200
    assert httpx2.get(gone).status_code in (400, 403)


def test_an_endpoint_that_is_no_address_is_a_mistake_in_the_settings(s3_server: S3Server):
    settings = s3_server.settings("bucket", S3_ENDPOINT="r2.example.org")
    with pytest.raises(ConfigurationError, match="S3_ENDPOINT"):
        open_object_store(settings)


def test_doctor_and_bucket_tell_what_a_bucket_lacks(s3_server: S3Server, tmp_path: Path):
    environment = settings_of_a_user(tmp_path / "home") | {
        "S3_ENDPOINT": s3_server.endpoint,
        "S3_BUCKET": s3_server.make_bucket(),
        "S3_ACCESS_KEY": s3_server.access_key,
        "S3_SECRET_KEY": s3_server.secret_key,
        "ARXIVIZ_PUBLIC_URL": PAGE,
    }
    told = run_arxiviz("doctor", "--json", environment=environment, folder=tmp_path)
    findings = {each["name"]: each for each in json.loads(told.stdout)["findings"]}
    works = {name: each["works"] for name, each in findings.items() if "bucket" in name}
    assert works == {
        "bucket: objects": True,
        "bucket: addresses": True,
        "bucket: browsers": False,
        "bucket: left-overs": False,
    }
    assert "arxiviz bucket --apply" in findings["bucket: browsers"]["message"]
    command = ["bucket", "--apply", "--origin", PAGE]
    applied = run_arxiviz(*command, environment=environment, folder=tmp_path)
    assert applied.returncode == 0, applied.stderr
    assert f"Pages of {PAGE} may play and seek" in applied.stdout
    environment["S3_SECRET_KEY"] = "wrong"
    refused = run_arxiviz("bucket", environment=environment, folder=tmp_path)
    assert refused.returncode == 1
    assert "S3_SECRET_KEY" in refused.stdout
    assert s3_server.secret_key not in told.stdout + told.stderr + applied.stdout
