"""Does docker-compose.yml speak of the code as it is: every command, variable, port, health path and image stage?"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from activities.delegation_keys import JWKS_PATH
from demo.systems.settings import DemoSettings
from workers.dev.places import DevSettings
from workers.gateway.app import make_app
from workers.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
OURS: dict[str, dict[str, Any]] = {
    name: service for name, service in COMPOSE["services"].items() if service["image"] == "handrail:local"
}
OWN_IMAGES = {"postgres", "temporalio/admin-tools", "temporalio/server", "temporalio/ui"}
HEALTH = re.compile(r"http://127\.0\.0\.1:(\d+)(/\w+)")


def settings_known() -> set[str]:
    """Every variable that a process reads as a setting; Temporal's own are its client's."""
    models = (Settings, DevSettings, DemoSettings)
    return {str(field.alias) for model in models for field in model.model_fields.values()}


def test_every_service_is_ours_or_a_known_image() -> None:
    others = {service["image"].split(":")[0] for name, service in COMPOSE["services"].items() if name not in OURS}
    assert others <= OWN_IMAGES
    assert {"gateway", "migrate", "runtime-requests", "runtime-models", "runtime-tools"} <= set(OURS)


@pytest.mark.parametrize("name", OURS)
def test_a_command_is_one_that_its_process_takes(name: str) -> None:
    """The real parser reads it: `--help` at its end is reached only by arguments that are right."""
    command = [sys.executable, "-m", *OURS[name]["command"]]
    run = subprocess.run([*command, "--help"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_a_wrong_command_would_be_seen() -> None:
    command = [sys.executable, "-m", "workers", "runtime", "--pool", "nothing", "--help"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 2


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting(name: str) -> None:
    variables = set(OURS[name].get("environment") or {})
    unknown = {one for one in variables - settings_known() if not one.startswith("TEMPORAL_")}
    assert unknown == set()


def test_what_the_shell_must_give_is_a_setting_or_said_at_the_top() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{(\w+):\?", text))
    assert asked
    assert asked <= settings_known()
    insecure = Settings(_env_file=None).insecure_defaults()  # type: ignore[call-arg]
    assert asked >= set(insecure), "production refuses to start with the development's secrets"


@pytest.mark.parametrize("name", [name for name, service in OURS.items() if "healthcheck" in service])
def test_a_health_check_asks_where_the_process_listens(name: str) -> None:
    service = OURS[name]
    found = HEALTH.search(" ".join(service["healthcheck"]["test"]))
    assert found is not None
    port, path = found[1], found[2]
    variables = service.get("environment") or {}
    if name == "gateway":
        routes = make_app(Settings(_env_file=None)).openapi()["paths"]  # type: ignore[call-arg]
        assert (port, path in routes) == (variables["HANDRAIL_PORT"], True)
        assert service["ports"] == [f"127.0.0.1:{port}:{port}"]
    elif name.startswith("runtime"):
        assert (port, path) == (variables["HANDRAIL_METRICS_PORT"], "/metrics")
    else:
        command = service["command"]
        assert (command[command.index("--port") + 1], path) == (port, "/healthz")


def test_what_others_are_told_is_where_they_listen() -> None:
    for name, service in OURS.items():
        for value in (service.get("environment") or {}).values():
            found = re.match(r"https?://([a-z-]+):(\d+)", str(value or ""))
            if found is None or found[1] not in OURS:
                continue
            command, variables = OURS[found[1]]["command"], OURS[found[1]].get("environment") or {}
            told = command[command.index("--port") + 1] if "--port" in command else variables["HANDRAIL_PORT"]
            assert told == found[2], name


@pytest.mark.parametrize("name", ["demo-airline", "demo-bank"])
def test_company_systems_have_the_public_keys_and_no_secret(name: str) -> None:
    environment = OURS[name]["environment"]
    assert environment["HANDRAIL_SYSTEMS_JWKS_URL"] == f"http://gateway:8080{JWKS_PATH}"
    assert not [variable for variable in environment if "SECRET" in variable]


def test_the_image_starts_what_the_commands_name() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    stages = set(re.findall(r"^FROM \S+ AS (\w+)", dockerfile, re.MULTILINE))
    copied = set(re.findall(r"--from=(\w+)", dockerfile))
    wanted = {service["build"]["target"] for service in OURS.values() if isinstance(service.get("build"), dict)}
    assert copied | wanted <= stages
    assert 'ENTRYPOINT ["python", "-m"]' in dockerfile
    assert "PYTHONPATH=/app" in dockerfile


def test_mounted_files_are_there() -> None:
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert not source.startswith("./") or (ROOT / source).exists(), source
