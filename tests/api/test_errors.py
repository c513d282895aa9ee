import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel
from starlette.types import Message, Receive, Scope, Send

from api import errors
from api.body_limit import MOST_BYTES, MOST_BYTES_OF_SCENES, LimitBodies
from api.main import create_app
from api.schemas import health, jobs, papers, submissions, videos
from tests.api.conftest import Process, installed


def code_of(response: httpx2.Response) -> str:
    body = response.json()
    assert set(body) == {"detail", "error"}
    assert set(body["error"]) == {"code", "message", "details"}
    assert body["detail"] == body["error"]["message"] != ""
    return body["error"]["code"]


@pytest.fixture(scope="module")
def idle_client(
    tmp_path_factory: pytest.TempPathFactory, empty_dagster_home: Path
) -> Iterator[TestClient]:
    """The API of one installation for all that is refused, and so changes nothing."""
    with (
        installed(tmp_path_factory.mktemp("idle"), empty_dagster_home),
        TestClient(create_app()) as client,
    ):
        yield client


@pytest.mark.parametrize("text", ["", "17O6.03762", "1706.03762v0", "not an id", "x" * 5000])
def test_what_is_no_arxiv_id_is_refused(idle_client: TestClient, text: str):
    response = idle_client.post("/api/process", json={"arxiv_id": text})
    assert response.status_code == 400
    assert code_of(response) == "INVALID_ARXIV_ID"


def test_a_paper_with_no_arxiv_id_is_refused(idle_client: TestClient):
    response = idle_client.get("/api/paper/no-id")
    assert (response.status_code, code_of(response)) == (400, "INVALID_ARXIV_ID")


@pytest.mark.parametrize(
    "body",
    [{}, {"arxiv_id": 1}, {"arxiv_id": "1706.03762", "quality": "ultra"}, [], "text", None],
)
def test_a_request_that_does_not_fit_says_where(idle_client: TestClient, body: object):
    response = idle_client.post("/api/process", json=body)
    assert response.status_code == 422
    assert code_of(response) == "VALIDATION_ERROR"
    assert "body" in response.json()["error"]["details"]["problems"][0]["where"]


def test_a_request_that_is_no_json_is_refused(idle_client: TestClient):
    response = idle_client.post(
        "/api/process", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert (response.status_code, code_of(response)) == (422, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    ("content", "media_type", "told"),
    [
        (b'{"arxiv_id": ', "application/json", "character 13"),
        (b'{"arxiv_id": "\xff"}', "application/json", "JSON in UTF-8"),
        (b"[" * 30_000, "application/json", "JSON in UTF-8"),
        (b'{"arxiv_id": "1706.03762"}', "text/plain", "Content-Type: application/json"),
        (b"[]", "application/json", "a JSON object"),
    ],
)
def test_a_body_that_cannot_be_read_is_told_what_it_should_be(
    idle_client: TestClient, content: bytes, media_type: str, told: str
):
    headers = {"Content-Type": media_type}
    response = idle_client.post("/api/process", content=content, headers=headers)
    assert (response.status_code, code_of(response)) == (422, "VALIDATION_ERROR")
    assert told in response.json()["detail"]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "offset=-1"])
def test_a_page_out_of_bounds_is_refused(idle_client: TestClient, query: str):
    response = idle_client.get(f"/api/papers?{query}")
    assert (response.status_code, code_of(response)) == (422, "VALIDATION_ERROR")


@pytest.mark.parametrize("path", ["/", "/api", "/api/nothing", "/api/status", "/api/video/"])
def test_an_unknown_route_has_the_same_shape(idle_client: TestClient, path: str):
    response = idle_client.get(path)
    assert response.status_code == 404
    assert code_of(response) in ("NOT_FOUND", "VIDEO_NOT_FOUND")


def test_a_method_that_is_not_allowed_has_the_same_shape(idle_client: TestClient):
    response = idle_client.delete("/api/process")
    assert (response.status_code, code_of(response)) == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "POST"
    assert response.json()["detail"] == "'/api/process' takes POST, not DELETE."


def test_a_fault_tells_nothing_of_itself_but_is_logged(
    client: TestClient, home: Path, process: Process, caplog: pytest.LogCaptureFixture
):
    process("1706.03762")
    (home / "objects" / "papers" / "1706.03762" / "videos.json").write_text("a secret, no JSON")
    response = client.get("/api/paper/1706.03762", headers={"Origin": "https://any.example"})
    assert (response.status_code, code_of(response)) == (500, "INTERNAL_ERROR")
    assert b"secret" not in response.content
    assert response.headers["access-control-allow-origin"] == "*"
    assert "no answer to GET /api/paper/1706.03762" in caplog.text
    assert "a secret, no JSON" in caplog.text


def test_a_broken_store_is_unavailable(client: TestClient, home: Path, process: Process):
    process("1706.03762")
    record = home / "objects" / "papers" / "1706.03762" / "videos.json"
    record.unlink()
    record.symlink_to(record)  # nobody can read a link to itself, not even root
    response = client.get("/api/paper/1706.03762")
    assert (response.status_code, code_of(response)) == (503, "SERVICE_UNAVAILABLE")
    assert int(response.headers["retry-after"]) > 0


def test_a_broken_catalog_is_unavailable(client: TestClient, home: Path):
    for database in (home / "dagster").rglob("*.db*"):
        database.unlink()
        if database.suffix == ".db":
            database.write_bytes(b"no database")
    for path in ("/api/papers", "/api/paper/1706.03762", f"/api/status/{uuid4()}"):
        response = client.get(path)
        assert (response.status_code, code_of(response)) == (503, "SERVICE_UNAVAILABLE"), path
        assert int(response.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/api/process", MOST_BYTES),
        ("/api/papers", MOST_BYTES),
        ("/api/paper/1706.03762/visualizations", MOST_BYTES_OF_SCENES),
    ],
)
def test_a_body_told_to_be_too_large_is_not_read(idle_client: TestClient, path: str, most: int):
    origin = {"Origin": "https://any.example"}
    response = idle_client.post(path, content=b"x" * (most + 1), headers=origin)
    assert (response.status_code, code_of(response)) == (413, "PAYLOAD_TOO_LARGE")
    assert response.headers["access-control-allow-origin"] == "*"


def test_a_streamed_body_is_read_as_far_as_it_may_be():
    sent = 0

    def stream() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b"x" * 10_000

    async def unreached(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("the body was passed on")

    async def receive() -> Message:
        return {"type": "http.request", "body": next(chunks), "more_body": True}

    async def send(message: Message) -> None:
        answered.append(message)

    chunks, answered = stream(), []
    scope = {"type": "http", "method": "POST", "path": "/", "headers": []}
    asyncio.run(LimitBodies(unreached)(scope, receive, send))
    assert answered[0]["status"] == 413
    assert sent == MOST_BYTES // 10_000 + 1


def test_a_body_as_large_as_may_be_arrives_whole(client: TestClient, process: Process):
    process("1706.03762")
    content = json.dumps({"arxiv_id": "1706.03762"}).encode().ljust(MOST_BYTES)

    def chunks() -> Iterator[bytes]:
        for start in range(0, MOST_BYTES, 1000):
            yield content[start : start + 1000]

    headers = {"Content-Type": "application/json"}
    for body in (content, chunks()):
        response = client.post("/api/process", content=body, headers=headers)
        assert response.json()["status"] == "completed"


def test_a_head_has_the_headers_of_a_get(client: TestClient, process: Process):
    job_id = process("1706.03762")
    for path in ("papers", "paper/1706.03762", f"status/{job_id}", "health"):
        get, head = client.get(f"/api/{path}"), client.head(f"/api/{path}")
        assert head.status_code == get.status_code == 200
        assert head.headers == get.headers
    assert client.head("/api/paper/2501.00001").status_code == 404


def test_pages_of_any_origin_may_ask_unless_origins_are_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
):
    origin = {"Origin": "https://one.example", "Access-Control-Request-Method": "POST"}
    with TestClient(create_app()) as client:
        allowed = client.options("/api/process", headers=origin)
        assert allowed.headers["access-control-allow-origin"] == "*"
    monkeypatch.setenv("ARXIVIZ_CORS_ORIGINS", "https://two.example, https://three.example/")
    with TestClient(create_app()) as client:
        assert client.options("/api/process", headers=origin).status_code == 400
        three = {**origin, "Origin": "https://three.example"}
        named = client.options("/api/process", headers=three)
        assert named.headers["access-control-allow-origin"] == "https://three.example"
        shown = client.get("/api/papers", headers=three)
        assert "Content-Range" in shown.headers["access-control-expose-headers"]


def test_every_error_of_a_route_is_documented_with_an_example(idle_client: TestClient):
    document = idle_client.get("/api/openapi.json").json()
    assert idle_client.get("/api/docs").status_code == 200
    documented: set[str] = set()
    for operations in document["paths"].values():
        for operation in operations.values():
            assert operation["description"]
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    examples = response["content"]["application/json"]["examples"]
                    documented |= set(examples)
                    for code, example in examples.items():
                        assert example["value"]["error"]["code"] == code
    assert documented == {error.code for error in errors.ApiError.__subclasses__()}
    assert "HTTPValidationError" not in document["components"]["schemas"]


@pytest.mark.parametrize(
    "schema",
    [
        jobs.ProcessRequest,
        jobs.ProcessAnswer,
        submissions.SubmitRequest,
        submissions.SubmitAnswer,
        submissions.SubmissionsAnswer,
        jobs.JobStatus,
        papers.PaperAnswer,
        papers.PaperPage,
        videos.VideoAddress,
        health.Health,
    ],
)
def test_examples_in_the_documentation_fit_their_schemas(schema: type[BaseModel]):
    examples = schema.model_json_schema()["examples"]
    assert examples
    for example in examples:
        schema.model_validate(example)
