"""The manifests are valid for Kubernetes, and agree with each other and with deploy/dagster.yaml.

Dagster's chart is not here: what it knows is written down below, after its schema.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from arxiviz_pipeline.domain.catalog import CODE_LOCATION
from tests.deploy.files import SETTINGS, load, load_all, read

VALIDATE = Path(sys.executable).with_name("kubernetes-validate")
VALUES = load("kubernetes/values.yaml")
INSTANCE = load("kubernetes/dagster.yaml")
LAUNCHER = INSTANCE["run_launcher"]["config"]
(CODE_SERVER,) = VALUES["dagster-user-deployments"]["deployments"]
FROM_CHART = {
    "webserver": VALUES["dagsterWebserver"],
    "daemon": VALUES["dagsterDaemon"],
    "code server": CODE_SERVER,
}
RELEASE = "arxiviz"
SHARED = {
    (each["kind"], each["metadata"]["name"]): each for each in load_all("kubernetes/shared.yaml")
}
API = {each["kind"]: each for each in load_all("kubernetes/api.yaml")}

_ANY_POD = {
    *("image", "env", "envConfigMaps", "envSecrets", "podSecurityContext", "securityContext"),
    *("resources", "readinessProbe", "livenessProbe", "volumes", "volumeMounts"),
}
KNOWN_TO_THE_CHART = {  # as far as we use it
    "global": {"fullnameOverride", "postgresqlSecretName"},
    "serviceAccount": {"create", "name"},
    "generatePostgresqlPasswordSecret": set[str](),
    "dagster-user-deployments": {"enabled", "enableSubchart", "deployments"},
    "dagsterWebserver": {"replicaCount", "service", *_ANY_POD},
    "dagsterDaemon": {"enabled", *_ANY_POD},
    "runLauncher": {"type"},
    "postgresql": {
        *("enabled", "postgresqlHost", "postgresqlUsername", "postgresqlDatabase", "service"),
    },
    **{name: {"enabled"} for name in ("rabbitmq", "redis", "flower", "ingress", "telemetry")},
}
KNOWN_OF_A_CODE_SERVER = {
    *("name", "port", "codeServerArgs", "includeConfigInLaunchedRuns", *_ANY_POD),
}


def validate(folder: Path, *manifests: Any) -> str:
    """Hold manifests against the schemas of Kubernetes; return what is wrong with them."""
    path = folder / "manifests.yaml"
    path.write_text(yaml.safe_dump_all(manifests))
    done = subprocess.run(
        [str(VALIDATE), "--strict", "--quiet", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr + done.stdout if done.returncode else ""


def pod_from_chart(values: Any) -> Any:
    """Return the pod that the chart makes of a part's values, as far as we say what is in it."""
    container = {
        "name": "dagster",
        "image": "{repository}:{tag}".format(**values["image"]),
        "imagePullPolicy": values["image"]["pullPolicy"],
        "env": values["env"],
        "envFrom": [
            *({"configMapRef": source} for source in values["envConfigMaps"]),
            *({"secretRef": source} for source in values["envSecrets"]),
        ],
        **{key: values[key] for key in ("securityContext", "resources", "volumeMounts")},
    }
    for probe in ("readinessProbe", "livenessProbe"):
        if probe in values:
            checked = {key: value for key, value in values[probe].items() if key != "enabled"}
            container[probe] = {"exec": {"command": ["true"]}} | checked
            if "httpGet" in checked:
                del container[probe]["exec"]
    return {
        "containers": [container],
        "securityContext": values["podSecurityContext"],
        "volumes": values["volumes"],
    }


def pod_of_a_run() -> Any:
    """Return the pod that the launcher makes for a run, as far as we say what is in it."""
    container = {
        "name": "dagster",
        "image": "arxiviz-pipeline",
        "envFrom": [
            *({"configMapRef": {"name": name}} for name in LAUNCHER["env_config_maps"]),
            *({"secretRef": {"name": name}} for name in LAUNCHER["env_secrets"]),
        ],
        "volumeMounts": LAUNCHER["volume_mounts"],
        "resources": LAUNCHER["resources"],
        "securityContext": LAUNCHER["security_context"],
    }
    return {
        "containers": [container],
        "volumes": LAUNCHER["volumes"],
        "restartPolicy": "Never",
        **LAUNCHER["run_k8s_config"]["pod_spec_config"],
    }


def job(name: str, pod: Any, **spec: Any) -> Any:
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {"template": {"spec": {"restartPolicy": "Never", **pod}}, **spec},
    }


PODS = {
    "API": API["Deployment"]["spec"]["template"]["spec"],
    "run": pod_of_a_run(),
    **{name: pod_from_chart(values) for name, values in FROM_CHART.items()},
}


def test_the_manifests_are_valid(tmp_path: Path):
    jobs = [job(name.lower().replace(" ", "-"), pod) for name, pod in PODS.items() if name != "run"]
    run = job("run", PODS["run"], **LAUNCHER["run_k8s_config"]["job_spec_config"])
    assert validate(tmp_path, *SHARED.values(), *API.values(), *jobs, run) == ""


def test_a_manifest_with_a_slip_is_not_valid(tmp_path: Path):
    assert "readOnlyRootFileSystem" in validate(
        tmp_path,
        job("slip", {"containers": [{
            "name": "a", "image": "a", "securityContext": {"readOnlyRootFileSystem": True},
        }]}),
    )  # fmt: skip


@pytest.mark.parametrize("name", PODS)
def test_a_pod_has_no_rights_that_it_does_not_need(name: str):
    pod = PODS[name]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 10001
    (container,) = pod["containers"]
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert "memory" in container["resources"]["limits"]
    profile = pod["securityContext"].get(
        "seccompProfile", container["securityContext"].get("seccompProfile")
    )
    assert profile["type"] == ("Unconfined" if name == "run" else "RuntimeDefault")


def test_values_are_ones_that_the_chart_knows():
    assert set(VALUES) <= set(KNOWN_TO_THE_CHART)
    for name, values in VALUES.items():
        assert set(values if isinstance(values, dict) else ()) <= KNOWN_TO_THE_CHART[name]
    assert set(CODE_SERVER) <= KNOWN_OF_A_CODE_SERVER


def test_scenes_get_no_token_of_kubernetes():
    assert PODS["run"]["automountServiceAccountToken"] is False
    # Else what the chart says of runs would come on top of the launcher's own configuration.
    assert CODE_SERVER["includeConfigInLaunchedRuns"] == {"enabled": False}


@pytest.mark.parametrize("name", PODS)
def test_a_pod_uses_what_there_is(name: str):
    pod = PODS[name]
    (container,) = pod["containers"]
    claims = {
        volume["name"]: volume["persistentVolumeClaim"]["claimName"]
        for volume in pod["volumes"]
        if "persistentVolumeClaim" in volume
    }
    assert set(claims.values()) == {"arxiviz-home"}
    assert ("PersistentVolumeClaim", "arxiviz-home") in SHARED
    mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    home = SHARED["ConfigMap", "arxiviz-settings"]["data"]["ARXIVIZ_HOME"]
    assert mounts[home] in claims
    assert mounts["/tmp"] == "tmp"  # noqa: S108 - of a pod
    assert set(mounts.values()) <= {volume["name"] for volume in pod["volumes"]}
    assert {next(iter(source.values()))["name"] for source in container["envFrom"]} == {
        "arxiviz-settings",
        "arxiviz",
    }


@pytest.mark.parametrize("values", FROM_CHART.values(), ids=FROM_CHART)
def test_what_the_chart_installs_reads_our_instance(values: Any):
    assert values["env"] == [{"name": "DAGSTER_HOME", "value": LAUNCHER["dagster_home"]}]
    mounted = {mount["mountPath"]: mount for mount in values["volumeMounts"]}
    name = mounted[f"{LAUNCHER['dagster_home']}/dagster.yaml"]["name"]
    (volume,) = [each for each in values["volumes"] if each["name"] == name]
    assert volume["configMap"]["name"] == LAUNCHER["instance_config_map"]
    assert f"create configmap {volume['configMap']['name']} " in read("README.md")


def test_the_instance_is_that_of_one_machine_but_for_how_runs_are_started():
    here, there = load("dagster.yaml"), dict(INSTANCE)
    for either in (here, there):
        del either["run_launcher"], either["concurrency"]
    assert here == there


def test_settings_exist_and_no_secret_is_among_them():
    data = SHARED["ConfigMap", "arxiviz-settings"]["data"]
    assert set(data) <= SETTINGS
    assert not {"DATABASE_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY"} & set(data)
    assert not re.search(
        r"kind: Secret\b", read("kubernetes/shared.yaml") + read("kubernetes/api.yaml")
    )


def test_addresses_and_ports_agree():
    url = urlsplit(SHARED["ConfigMap", "arxiviz-settings"]["data"]["DAGSTER_GRAPHQL_URL"])
    port = VALUES["dagsterWebserver"]["service"]["port"]
    assert (url.hostname, url.port) == (f"{RELEASE}-webserver", port)
    assert VALUES["dagsterWebserver"]["readinessProbe"]["httpGet"]["port"] == port
    assert f"helm upgrade --install {RELEASE} " in read("README.md")
    policies = {name: each for (kind, name), each in SHARED.items() if kind == "NetworkPolicy"}
    for name, listened in (
        ("arxiviz-webserver", port),
        ("arxiviz-code-server", CODE_SERVER["port"]),
    ):
        (rule,) = policies[name]["spec"]["ingress"]
        assert rule["ports"] == [{"port": listened}]
    (container,) = PODS["API"]["containers"]
    listened = container["ports"][0]["containerPort"]
    assert container["command"][container["command"].index("--port") + 1] == str(listened)
    (rule,) = API["NetworkPolicy"]["spec"]["ingress"]
    assert rule["ports"] == [{"port": listened}]


def test_what_belongs_to_the_api_selects_its_pods():
    labels = API["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert API["Service"]["spec"]["selector"] == labels
    for kind in ("PodDisruptionBudget", "Deployment"):
        assert API[kind]["spec"]["selector"]["matchLabels"] == labels
    (rule,) = SHARED["NetworkPolicy", "arxiviz-webserver"]["spec"]["ingress"]
    assert rule["from"] == [{"podSelector": {"matchLabels": labels}}]
    (tls,), (rule,) = API["Ingress"]["spec"]["tls"], API["Ingress"]["spec"]["rules"]
    public = SHARED["ConfigMap", "arxiviz-settings"]["data"]["ARXIVIZ_PUBLIC_URL"]
    assert tls["hosts"] == [rule["host"]] == [urlsplit(public).hostname]


def test_everything_is_in_one_namespace():
    named = {each["metadata"]["namespace"] for each in (*SHARED.values(), *API.values())}
    assert named == {LAUNCHER["job_namespace"]} == {RELEASE}
    assert LAUNCHER["service_account_name"] == VALUES["serviceAccount"]["name"]


def test_the_code_location_is_the_one_that_the_api_asks_for():
    # The chart's workspace calls it as its deployment.
    assert CODE_SERVER["name"] == CODE_LOCATION
    arguments = CODE_SERVER["codeServerArgs"]
    assert arguments[arguments.index("--location-name") + 1] == CODE_LOCATION
