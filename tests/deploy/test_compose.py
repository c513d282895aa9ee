"""The compose files are read by Compose itself, and what they name is there and fits together."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.deploy.files import DEPLOY, ROOT, SETTINGS, load, read
from tests.s3_server import S3Server, start_s3_server

COMPOSE = Path(sys.executable).with_name("docker-compose")
SECRETS = {"POSTGRES_PASSWORD": "one", "S3_ACCESS_KEY": "two", "S3_SECRET_KEY": "three"}
OURS = ("api", "webserver", "worker")
STORES = ("postgres", "s3")
OVERLAYS = ("compose.public.yaml", "compose.monitoring.yaml")


def compose(folder: Path, secrets: dict[str, str], *overlays: str) -> Any:
    """Let Compose read the files as it would to start them, with these lines of .env filled in."""
    shutil.copytree(DEPLOY, folder / "deploy", dirs_exist_ok=True)
    lines = read("env.example")
    for name, value in secrets.items():
        lines, count = re.subn(rf"^{name}=$", f"{name}={value}", lines, flags=re.MULTILINE)
        assert count == 1, name
    (folder / "deploy" / ".env").write_text(lines)
    files = [argument for name in ("compose.yaml", *overlays) for argument in ("--file", name)]
    return subprocess.run(
        [str(COMPOSE), *files, "config", "--format", "json"],
        cwd=folder / "deploy",
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Any:
    done = compose(tmp_path_factory.mktemp("compose"), SECRETS, *OVERLAYS)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def services(project: Any) -> Any:
    return project["services"]


@pytest.mark.parametrize("missing", SECRETS)
def test_nothing_starts_without_a_secret(tmp_path: Path, missing: str):
    given = {name: value for name, value in SECRETS.items() if name != missing}
    done = compose(tmp_path, given)
    assert done.returncode != 0
    assert missing in done.stderr


def test_no_secret_has_a_default():
    text = "".join(read(name) for name in ("compose.yaml", *OVERLAYS))
    for name in SECRETS:
        assert set(re.findall(rf"\$\{{{name}:?([^}}]*)\}}", text)) <= {
            "-",
            "?is to be set in deploy/.env",
        }
        assert f"\n{name}=\n" in read("env.example")


def test_nothing_is_published_beyond_this_machine_until_it_is_asked_for(tmp_path: Path):
    done = compose(tmp_path, SECRETS, "compose.monitoring.yaml")
    inside = json.loads(done.stdout)["services"]
    published = [port for each in inside.values() for port in each.get("ports", [])]
    assert len(published) == 3
    assert {port["host_ip"] for port in published} == {"127.0.0.1"}


def test_the_public_get_to_the_proxy_alone(services: Any):
    open_to_all = {
        (name, port["target"])
        for name, service in services.items()
        for port in service.get("ports", [])
        if port.get("host_ip") != "127.0.0.1"
    }
    assert open_to_all == {("proxy", 80), ("proxy", 443)}


def test_stores_are_on_a_network_without_a_way_out(project: Any):
    assert project["networks"]["stores"]["internal"] is True
    for name in STORES:
        assert list(project["services"][name]["networks"]) == ["stores"]


@pytest.mark.parametrize("name", [*OURS, "bucket", "proxy"])
def test_a_service_has_no_rights_that_it_does_not_need(services: Any, name: str):
    service = services[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "proxy" else [])
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")


@pytest.mark.parametrize("name", OURS)
def test_a_service_is_told_settings_that_there_are(services: Any, name: str):
    ours = {"IMAGE_TAG", "COMPOSE_PROFILES", "COMPOSE_FILE", "POSTGRES_PASSWORD"}
    assert set(services[name]["environment"]) <= SETTINGS | ours


def test_the_example_sets_what_there_is():
    named = set(re.findall(r"^#?([A-Z0-9_]+)=", read("env.example"), re.MULTILINE))
    text = "".join(read(name) for name in ("compose.yaml", *OVERLAYS))
    used = set(re.findall(r"\$\{([A-Z0-9_]+)", text))
    assert named <= used | SETTINGS | {"COMPOSE_PROFILES", "COMPOSE_FILE"}
    assert used <= named | SETTINGS


def test_addresses_lead_to_services_and_their_ports(services: Any):
    listening = {
        "api": services["api"]["command"],
        "webserver": services["webserver"]["command"],
    }
    ports = {name: command[command.index("--port") + 1] for name, command in listening.items()}
    ports["postgres"] = "5432"
    (ports["s3"],) = re.findall(r"-s3\.port=(\d+)", " ".join(services["s3"]["command"]))
    (ports["worker"],) = re.findall(r"--port (\d+)", read("worker.sh"))
    named = [
        services["api"]["environment"]["DAGSTER_GRAPHQL_URL"],
        *(
            services[name]["environment"][key]
            for name in OURS
            for key in ("DATABASE_URL", "S3_ENDPOINT")
        ),
        *(f"//{upstream}" for upstream in re.findall(r"reverse_proxy (\S+)", read("Caddyfile"))),
    ]
    (code_server,) = load("compose-workspace.yaml")["load_from"]
    named.append("//{host}:{port}".format(**code_server["grpc_server"]))
    for url in named:
        address = urlsplit(url)
        assert str(address.port) == ports[str(address.hostname)], url


def test_every_network_that_an_address_crosses_is_shared(services: Any):
    for asking, asked in [
        ("proxy", "api"), ("proxy", "s3"), ("api", "webserver"), ("webserver", "worker"),
        *((each, store) for each in OURS for store in STORES),
        ("prometheus", "blackbox"), ("prometheus", "postgres-exporter"),
        ("blackbox", "api"), ("postgres-exporter", "postgres"), ("bucket", "s3"),
    ]:  # fmt: skip
        assert set(services[asking]["networks"]) & set(services[asked]["networks"]), (asking, asked)


def test_files_that_are_mounted_exist(services: Any):
    mounted = [
        Path(volume["source"])
        for service in services.values()
        for volume in service.get("volumes", [])
        if volume["type"] == "bind"
    ]
    assert len(mounted) > 5
    for path in mounted:
        inside = Path(*path.parts[path.parts.index("deploy") + 1 :])
        assert (DEPLOY / inside).is_file(), inside


def test_the_worker_alone_may_make_namespaces(services: Any):
    assert services["worker"]["environment"]["ARXIVIZ_SANDBOX"] == "required"
    for name, service in services.items():
        options = [option for option in service.get("security_opt", []) if "no-new" not in option]
        assert bool(options) == (name == "worker")
    profile = json.loads(read("worker-seccomp.json"))
    refused = {name for rule in profile["syscalls"] for name in rule["names"]}
    assert {rule["action"] for rule in profile["syscalls"]} == {"SCMP_ACT_ERRNO"}
    # What the sandbox is made with, and what an attack on the kernel begins with.
    assert not refused & {"unshare", "clone", "clone3", "mount", "pivot_root", "mount_setattr",
                          "seccomp", "landlock_create_ruleset", "setns", "umount2"}  # fmt: skip
    assert {"bpf", "keyctl", "io_uring_setup", "userfaultfd", "init_module", "ptrace"} <= refused


def test_both_workspaces_name_the_code_location_that_the_api_asks_for():
    from arxiviz_pipeline.domain.catalog import CODE_LOCATION

    for name in ("workspace.yaml", "compose-workspace.yaml"):
        (code_server,) = load(name)["load_from"]
        assert code_server["grpc_server"]["location_name"] == CODE_LOCATION
    assert f"--location-name {CODE_LOCATION} " in read("worker.sh").replace("\\\n", " ")


@pytest.fixture(scope="module")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with start_s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


def test_the_bucket_is_made_and_shows_everybody_its_videos_alone(
    s3_server: S3Server, tmp_path: Path
):
    environment = {
        "PYTHONPATH": str(ROOT),
        "PATH": "/usr/bin:/bin",
        "S3_ENDPOINT": s3_server.endpoint,
        "S3_BUCKET": "made-by-compose",
        "S3_ACCESS_KEY": s3_server.access_key,
        "S3_SECRET_KEY": s3_server.secret_key,
    }
    for _ in range(2):  # it may run again
        done = subprocess.run(
            [sys.executable, str(DEPLOY / "make_bucket.py")],
            env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
    client = s3_server.client()
    for key in ("videos/one.mp4", "papers/1/paper.json"):
        client.put_object(Bucket="made-by-compose", Key=key, Body=b"0123456789")
    below = f"{s3_server.endpoint}/made-by-compose"
    video = httpx2.get(f"{below}/videos/one.mp4", headers={"Origin": "https://example.org"})
    assert video.content == b"0123456789"
    assert video.headers["access-control-allow-origin"] in ("*", "https://example.org")
    assert httpx2.get(f"{below}/papers/1/paper.json").status_code == 403
    assert httpx2.get(f"{below}/?list-type=2").status_code == 403
    assert httpx2.put(f"{below}/videos/two.mp4", content=b"x").status_code == 403
