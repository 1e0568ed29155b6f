"""What is deployed is what the tests run, with nothing of development in it and no secret of its own."""

import asyncio
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import typer
import yaml
from pydantic_settings import BaseSettings

from chassis.migrations import upgrade
from chassis.settings import (
    ClusterSettings,
    ConsentSettings,
    DevelopmentSettings,
    ExportSettings,
    GatewaySettings,
    NationalRatingSettings,
    ObjectSettings,
    PasswordSettings,
    RuleSettings,
    SingleSignOnSettings,
    TextSettings,
    VaultSettings,
    WeChatSettings,
)
from gateway.settings import FrontSettings, RateSettings
from profiles.cli import app
from profiles.cluster_up import Cluster
from profiles.options import Host, Port
from profiles.servers import drop_database
from profiles.services import NAMES

ROOT = Path(__file__).parents[2]
COMPOSE = ROOT / "docker-compose.yml"
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
SERVICES = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service and "profiles" not in service)
SETTINGS: list[type[BaseSettings]] = [
    ClusterSettings,
    FrontSettings,
    GatewaySettings,
    ObjectSettings,
    ConsentSettings,
    ExportSettings,
    NationalRatingSettings,
    PasswordSettings,
    RateSettings,
    RuleSettings,
    SingleSignOnSettings,
    VaultSettings,
    TextSettings,
    WeChatSettings,
]


RING = Path("/run/vault/vault.key")


def filled(value: str) -> str:
    """A value of the compose file where nothing is given but what has to be."""
    return re.sub(r"\$\{\w+:([-?])([^}]*)\}", lambda found: found[2] if found[1] == "-" else "given", value)


def variables(settings: type[BaseSettings]) -> set[str]:
    """The names by which the environment says these settings."""
    return {f"{settings.model_config.get('env_prefix', '')}{field}".upper() for field in settings.model_fields}


def told(kind: str) -> list[str]:
    """The arguments of an instruction of the Dockerfile, each time that it is given."""
    return re.findall(rf"^{kind}\s+(.+)$", DOCKERFILE.replace("\\\n", " "), re.MULTILINE)


def test_the_compose_file_is_valid_by_the_specification() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("name", OURS)
def test_every_command_is_one_that_the_program_has(name: str) -> None:
    group = typer.main.get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    context = group.make_context("lianxin", list(SERVICES[name]["command"]), resilient_parsing=True)
    _, command, rest = group.resolve_command(context, list(SERVICES[name]["command"]))
    assert command is not None
    given = command.make_context(command.name, rest, parent=context)
    assert given.params["service"] in {*NAMES, "gateway"}
    assert (command.name, given.params["service"]) == tuple(name.split("-") if "-" in name else ("serve", name))


def test_every_service_and_the_gateway_are_there_once_and_migrated_before() -> None:
    assert sorted(["gateway", *NAMES, *(f"migrate-{name}" for name in NAMES)]) == OURS
    for name in NAMES:
        assert SERVICES[name]["depends_on"][f"migrate-{name}"] == {"condition": "service_completed_successfully"}
        assert SERVICES[f"migrate-{name}"]["depends_on"]["postgres"] == {"condition": "service_healthy"}


def test_a_container_runs_what_the_cluster_of_the_tests_runs(postgres: str, tmp_path: Path) -> None:
    interpreter, *words = yaml.safe_load(told("ENTRYPOINT")[0])
    assert interpreter == "python"
    cluster = Cluster(tmp_path, kafka="127.0.0.1:1", postgres=postgres, prefix=f"t{uuid4().hex[:12]}-")
    try:
        cluster.prepare()
        for name in ("gateway", *NAMES):
            assert cluster.process(name).command[1:] == [*words, *SERVICES[name]["command"]]
    finally:
        for address in cluster.databases.values():
            drop_database(postgres, name=address.rpartition("/")[2])


@pytest.mark.parametrize("path", [COMPOSE, ROOT / ".dockerignore", *sorted((ROOT / "deploy").rglob("*"))], ids=str)
def test_nothing_of_development_is_deployed(path: Path) -> None:
    if path.is_file():
        text = path.read_text(encoding="utf-8").upper()
        assert not [name for name in variables(DevelopmentSettings) if name in text]


@pytest.mark.parametrize("name", OURS)
def test_the_environment_says_what_the_settings_ask_and_nothing_else(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given = SERVICES[name]["environment"]
    known = set().union(*map(variables, SETTINGS))
    assert given.keys() <= known
    for variable in known | variables(DevelopmentSettings):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in given.items():
        monkeypatch.setenv(variable, filled(value))
    if name == "gateway":
        assert RateSettings().store is None
        assert {getattr(GatewaySettings(), one) for one in NAMES} == {f"http://{one}:8000" for one in NAMES}
        return
    service = name.removeprefix("migrate-")
    assert ClusterSettings().database.get_secret_value().endswith(f"//{service}:given@postgres:5432/{service}")
    key = tmp_path / "vault.key"
    key.write_text("ab" * 32, encoding="ascii")
    assert VaultSettings().key_file == RING
    assert len(VaultSettings(key_file=key).ring()().newest.secret) == 32
    assert (WeChatSettings().app_id, SingleSignOnSettings().issuer, ObjectSettings().bucket) == (None, None, None)
    assert (TextSettings().address, TextSettings().call_back) == (None, "12345")


@pytest.mark.parametrize("name", sorted({*OURS, "operator"} - {"gateway"}))
def test_whoever_seals_sees_the_folder_of_the_ring_and_so_a_key_that_is_added_later(name: str) -> None:
    mounted = [volume for volume in SERVICES[name].get("volumes", []) if "VAULT" in volume]
    if name.startswith("migrate-"):
        assert mounted == []  # a migration opens nothing
        return
    place, mode = re.sub(r"\$\{[^}]*\}", "", mounted[0]).partition(":")[2].partition(":")[::2]
    assert Path(place) == RING.parent
    assert mode == ("" if name == "operator" else "ro")


def test_the_operators_container_reaches_every_database() -> None:
    given = SERVICES["operator"]["environment"]
    for name in NAMES:
        assert given[f"LIANXIN_DATABASE_{name.upper()}"] == SERVICES[name]["environment"]["LIANXIN_DATABASE"]
    assert given["LIANXIN_VAULT_KEY_FILE"] == str(RING)


def test_the_gateway_is_given_no_key_and_no_database() -> None:
    assert {"volumes", "secrets", "configs"}.isdisjoint(SERVICES["gateway"])
    assert not [name for name in SERVICES["gateway"]["environment"] if re.search("VAULT|DATABASE|KAFKA|SECRET", name)]


def test_the_image_listens_where_the_gateway_looks() -> None:
    said = dict(pair.split("=", 1) for pair in " ".join(told("ENV")).split() if "=" in pair)
    assert (said["LIANXIN_HOST"], said["LIANXIN_PORT"]) == ("0.0.0.0", "8000")
    for option, variable in ((Host, "LIANXIN_HOST"), (Port, "LIANXIN_PORT")):
        assert option.__metadata__[0].envvar == variable


def test_no_secret_has_a_default() -> None:
    for name, rest in re.findall(r"\$\{(\w+)([^}]*)\}", COMPOSE.read_text(encoding="utf-8")):
        if re.search("PASSWORD|KEY|SECRET|VAULT_DIRECTORY", name):
            assert rest == ":-" or rest.startswith(":?"), f"{name} has a default"  # empty: what it is for is off
    for service in SERVICES.values():
        for variable, value in service.get("environment", {}).items():
            if "PASSWORD" in variable:
                assert re.fullmatch(r"\$\{\w+:\?[^}]+\}", value), variable


def test_every_image_is_pinned_by_a_tag_of_its_own() -> None:
    images = {service["image"] for service in SERVICES.values()} | {line.split()[0] for line in told("FROM")}
    for image in images:
        assert re.fullmatch(r"[\w./-]+:[\w.-]*\d[\w.-]*", image), image
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert {SERVICES[name]["image"] for name in OURS} == {f"lianxin:{version}"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_nothing_runs_as_root_or_may_become_it(name: str) -> None:
    service = SERVICES[name]
    assert service["user"].partition(":")[0] not in {"", "0", "root"}
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    if name in OURS:
        assert service["read_only"] is True
        assert service["user"] == told("USER")[-1]


def test_only_the_gateway_can_be_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["gateway"]
    # The services reach WeChat, the identity provider, a bucket and the province's platform; nobody reaches them.
    assert {name for name, service in SERVICES.items() if "outside" in service["networks"]} == {
        "gateway",
        "members",
        "tasks",
        "feedback",
    }
    assert yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["networks"]["inside"] == {"internal": True}


def test_the_image_stops_and_tells_its_health_without_a_shell() -> None:
    assert told("STOPSIGNAL") == ["SIGTERM"]
    command = re.search(r'CMD (\["python", "-c", .+\])', told("HEALTHCHECK")[0])
    assert command is not None
    compile(yaml.safe_load(command[1])[2], "HEALTHCHECK", "exec")


def test_the_image_holds_every_package_of_the_program() -> None:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = {one.rstrip("*") for one in found["tool"]["setuptools"]["packages"]["find"]["include"]}
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = {words for line in told("COPY") if not line.startswith("--") for words in line.split()[:-1]}
    assert packages <= copied
    assert all(f"!{path.rstrip('/')}" in ignore for path in copied)


def test_what_runs_is_locked_as_what_is_tested() -> None:
    """Name, version and hashes; and every dependency of the program is there."""

    def locked(file: str) -> dict[str, str]:
        text = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", " ")
        lines = [line for line in text.splitlines() if line and not line.startswith("#")]
        return {re.split(r"[=\[ ]", line, maxsplit=1)[0]: " ".join(line.split()) for line in lines}

    runtime, tested = locked("requirements.runtime.lock"), locked("requirements.lock")
    assert runtime.items() <= tested.items()
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    assert {re.split(r"[\[><=]", one, maxsplit=1)[0] for one in asked} <= runtime.keys()
    assert "pytest" not in runtime
    assert told("RUN")[0].split()[-1] in (ROOT / "Makefile").read_text(encoding="utf-8")  # one uv, pinned alike


@pytest.mark.asyncio
async def test_each_account_owns_its_database_and_enters_no_other(postgres: str) -> None:
    """The script that the image of PostgreSQL runs, run on the PostgreSQL of the tests."""
    admin = await asyncpg.connect(postgres)
    host, port = postgres.rpartition("@")[2].partition("/")[0].split(":")
    user, password = postgres.partition("://")[2].partition("@")[0].split(":")
    passwords = {f"{name.upper()}_PASSWORD": f"of{name}" for name in NAMES}
    environment = os.environ | passwords | {"PGHOST": host, "PGPORT": port, "PGPASSWORD": password}
    environment |= {"POSTGRES_USER": user, "POSTGRES_DB": postgres.rpartition("/")[2]}
    try:
        script = ROOT / "deploy" / "postgres" / "databases.sh"
        made = subprocess.run([script], env=environment, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        own = {name: f"postgresql://{name}:of{name}@{host}:{port}/{name}" for name in NAMES}
        for name, address in own.items():
            await asyncio.to_thread(upgrade, name, address)
            for other in set(NAMES) - {name}:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await asyncpg.connect(address.rpartition("/")[0] + f"/{other}")
    finally:
        for name in NAMES:
            await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            await admin.execute(f"DROP ROLE IF EXISTS {name}")
        await admin.close()
