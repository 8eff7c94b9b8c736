"""Each file under ``deployment/`` is what its tool takes: Dagster, Kubernetes, systemd, nginx."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import crossplane
import dagster as dg
import kubernetes_validate
import pathspec
import pytest
import yaml
from dagster._config import process_config
from dagster._core.instance.config import dagster_instance_config

from orchestration.home import DAGSTER_YAML
from orchestration.settings import PROJECT_ROOT, load_settings
from tests.fakes.postgres import new_database, running_postgres

DEPLOYMENT = PROJECT_ROOT / "deployment"
SERVER = DEPLOYMENT / "server"
UNITS = sorted(SERVER.glob("*.service"))
MANIFESTS: list[dict[str, Any]] = list(
    yaml.safe_load_all((DEPLOYMENT / "kubernetes" / "papertide.yaml").read_text())
)
OURS = {f"papertide-{name}" for name in ("postgres", "lake", "mail", "tls", "readers", "operators")}
"""Secrets that the manifests' first lines ask an operator for."""


def named(kind: str, name: str) -> dict[str, Any]:
    (found,) = [m for m in MANIFESTS if (m["kind"], m["metadata"]["name"]) == (kind, name)]
    return found


def variables_of(file: Path) -> dict[str, str]:
    lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


CLUSTER_YAML = named("ConfigMap", "papertide-dagster")["data"]["dagster.yaml"]


def every(content: Any, key: str) -> list[Any]:
    """The values of a key at any depth."""
    if isinstance(content, list):
        return [value for each in content for value in every(each, key)]
    if not isinstance(content, dict):
        return []
    own = [content[key]] if key in content else []
    return own + [value for each in content.values() for value in every(each, key)]


@pytest.mark.parametrize("text", [(SERVER / "dagster.yaml").read_text(), CLUSTER_YAML])
def test_dagster_takes_its_configuration(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_POSTGRES_URL", "postgresql://nobody@127.0.0.1:9/dagster")
    (tmp_path / "dagster.yaml").write_text(text)
    content, _ = dagster_instance_config(str(tmp_path))
    for part in content.values():
        if isinstance(part, dict) and "class" in part:
            configured = getattr(importlib.import_module(part["module"]), part["class"])
            told = process_config(configured.config_type(), part.get("config") or {})
            assert told.success, told.errors
    assert content["concurrency"]["pools"] == yaml.safe_load(DAGSTER_YAML)["concurrency"]["pools"]


def test_an_instance_on_postgresql_keeps_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = variables_of(SERVER / "papertide.env")["DAGSTER_POSTGRES_URL"].partition(":")[0]
    text = (SERVER / "dagster.yaml").read_text().replace("/var/lib/papertide/dagster", "logs")
    (tmp_path / "dagster.yaml").write_text(text)
    with running_postgres() as folder:
        monkeypatch.setenv(
            "DAGSTER_POSTGRES_URL", new_database(folder).replace("postgresql:", f"{driver}:")
        )
        with dg.DagsterInstance.from_config(str(tmp_path)) as instance:

            @dg.asset
            def tide() -> int:
                return 1

            assert dg.materialize([tide], instance=instance).success
        with dg.DagsterInstance.from_config(str(tmp_path)) as again:
            assert [run.status for run in again.get_runs()] == [dg.DagsterRunStatus.SUCCESS]
    assert not list(tmp_path.rglob("*.db"))


@pytest.mark.parametrize(
    "manifest", MANIFESTS, ids=lambda m: f"{m['kind']} {m['metadata']['name']}"
)
def test_kubernetes_takes_each_manifest(manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, "1.34", strict=True)


def test_what_manifests_name_is_there() -> None:
    launched = yaml.safe_load(CLUSTER_YAML)["run_launcher"]["config"]
    content = [*MANIFESTS, launched]
    maps = {r["name"] for r in every(content, "configMapRef") + every(content, "configMap")}
    for name in maps | {*launched["env_config_maps"], launched["instance_config_map"]}:
        named("ConfigMap", name)
    for claim in every(content, "claimName"):
        named("PersistentVolumeClaim", claim)
    for account in (*every(content, "serviceAccountName"), launched["service_account_name"]):
        named("ServiceAccount", account)
    secrets = {r["name"] for r in every(content, "secretRef")} | {*launched["env_secrets"]}
    secrets |= {*every(content, "nginx.ingress.kubernetes.io/auth-secret")}
    secrets |= {*every(content, "secretName")}
    assert secrets == OURS
    for service in every(MANIFESTS, "service"):
        ports = [port["name"] for port in named("Service", service["name"])["spec"]["ports"]]
        assert service["port"]["name"] in ports
    assert {launched["job_image"]} == {*every(MANIFESTS, "image")}


def test_each_way_into_the_cluster_has_a_login_but_those_of_mails_and_feeds() -> None:
    ingresses = [each for each in MANIFESTS if each["kind"] == "Ingress"]
    ways = {}
    for ingress in ingresses:
        annotations = ingress["metadata"].get("annotations", {})
        has_login = annotations.get("nginx.ingress.kubernetes.io/auth-type") == "basic"
        assert ingress["spec"]["tls"]
        for path in every(ingress, "paths")[0]:
            assert path["pathType"] == "Prefix"
            ways[path["path"]] = has_login
    # The same that the server's nginx lets in.
    told = re.search(r"\^/\(([a-z|]+)\)", (SERVER / "nginx.conf").read_text())
    assert told
    let_in = {f"/{name}" for name in told[1].split("|")}
    assert ways == {"/": True, "/dagster": True} | dict.fromkeys(let_in, False)


def test_whoever_opens_the_subscriptions_in_the_cluster_opens_the_same() -> None:
    """In the data folder they would be SQLite on a volume of several nodes, which it can't be."""
    launched = yaml.safe_load(CLUSTER_YAML)["run_launcher"]["config"]
    containers = [each for group in every(MANIFESTS, "containers") for each in group]
    assert len(containers) == 3
    read = [{r["name"] for r in every(each["envFrom"], "secretRef")} for each in containers]
    for secrets in (*read, {*launched["env_secrets"]}):
        assert "papertide-mail" in secrets


@pytest.mark.parametrize(
    "variables",
    [
        named("ConfigMap", "papertide-settings")["data"],
        variables_of(SERVER / "papertide.env"),
    ],
    ids=["kubernetes", "server"],
)
def test_papertide_takes_its_settings(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.public_url == "https://papertide.example.org"
    # What `make up` writes must not replace the instance's configuration.
    assert str(settings.dagster_home) != variables["DAGSTER_HOME"]


def test_everything_lies_in_the_namespace_that_runs_start_in() -> None:
    launched = yaml.safe_load(CLUSTER_YAML)["run_launcher"]["config"]
    (namespace,) = [m["metadata"]["name"] for m in MANIFESTS if m["kind"] == "Namespace"]
    others = [m for m in MANIFESTS if m["kind"] != "Namespace"]
    assert {m["metadata"].get("namespace") for m in others} == {namespace}
    assert {each["namespace"] for (each,) in every(MANIFESTS, "subjects")} == {namespace}
    assert launched["job_namespace"] == namespace


def test_an_image_takes_the_project_and_nothing_collected() -> None:
    patterns = (PROJECT_ROOT / ".dockerignore").read_text().splitlines()
    ignored = pathspec.GitIgnoreSpec.from_lines(patterns)
    taken = {each.name for each in PROJECT_ROOT.iterdir() if not ignored.match_file(each.name)}
    read_by_setup = {"Makefile", "README.md", "LICENSE", "pyproject.toml", "requirements.txt"}
    assert taken == read_by_setup | {"dashboard", "dbt_project", "orchestration", "workspace.yaml"}
    for never in (
        ".git/config",
        ".venv/.ready",
        "data/subscriptions.db",
        "other.duckdb",
        ".env",
        "dbt_project/target/manifest.json",
        "orchestration/publish/__pycache__/store.pyc",
    ):
        assert ignored.match_file(never), never


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    assert len(UNITS) == 3
    for unit in UNITS:
        text = unit.read_text().replace("/opt/papertide", str(PROJECT_ROOT))
        (tmp_path / unit.name).write_text(text)
    answer = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line for line in answer.stderr.splitlines() if "papertide" in line]
    assert (answer.returncode, told) == (0, [])


def test_nginx_takes_its_site_and_each_way_in_has_a_login(tmp_path: Path) -> None:
    (tmp_path / "nginx.conf").write_text(f"events {{}}\nhttp {{ include {SERVER}/nginx.conf; }}\n")
    parsed = crossplane.parse(str(tmp_path / "nginx.conf"), strict=True)
    assert parsed["status"] == "ok", parsed["errors"]
    locations = {
        tuple(block["args"]): [inner["directive"] for inner in block["block"]]
        for server in parsed["config"][1]["parsed"]
        if server["directive"] == "server"
        for block in server["block"]
        if block["directive"] == "location"
    }
    assert {args for args, inner in locations.items() if "auth_basic" not in inner} == {
        ("~", "^/(feeds|confirm|unsubscribe)(/|$)")
    }
    headers = {
        tuple(block["args"])
        for server in parsed["config"][1]["parsed"]
        for block in server["block"]
        if block["directive"] == "proxy_set_header"
    }
    # uvicorn takes it from a proxy of the same machine; a reader's own is replaced.
    assert ("X-Forwarded-For", "$remote_addr") in headers
    # In a location of its own it would hide those of the server.
    assert not any("proxy_set_header" in inner for inner in locations.values())
    commands = " ".join(unit.read_text() for unit in UNITS)
    for port in re.findall(r"127\.0\.0\.1:(\d+)", (SERVER / "nginx.conf").read_text()):
        assert re.search(rf"(-p|--server\.port) {port}\b", commands)
