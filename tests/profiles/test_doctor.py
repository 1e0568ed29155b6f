"""The doctor: everything that is wrong is named with what to do, and what is well is left alone."""

import os
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from chassis.migrations import upgrade
from profiles import embedded
from profiles.cli import app

Found = dict[str, tuple[str, str, str]]

KEY = "00" * 32
PROVIDER = {
    "LIANXIN_SINGLE_SIGN_ON_ISSUER": "https://127.0.0.1:9",
    "LIANXIN_SINGLE_SIGN_ON_CLIENT_ID": "lianxin",
    "LIANXIN_SINGLE_SIGN_ON_REDIRECT": "https://127.0.0.1:9/back",
}


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of whoever runs the tests."""
    for name in os.environ:
        if name.startswith("LIANXIN_") and "TEST" not in name:
            monkeypatch.delenv(name)


def look(*arguments: str, **settings: str) -> tuple[int, Found]:
    """How the doctor ends, and what it found by the thing looked at: grade, what it is, what to do."""
    done = CliRunner().invoke(app, ["doctor", "--json", *arguments], env=settings)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done.exit_code, {one["what"]: (one["grade"], one["says"], one["mend"]) for one in orjson.loads(done.stdout)}


def test_a_folder_that_is_not_there_yet_is_no_fault_and_is_not_made(tmp_path: Path) -> None:
    code, found = look("--home", str(tmp_path / "new"))
    assert code == 0
    assert found["数据目录"][0] == "mind"
    assert not (tmp_path / "new").exists()


def test_what_runs_is_found_well(tmp_path: Path) -> None:
    embedded.migrate(tmp_path)
    (tmp_path / "vault.key").write_text(KEY)
    (tmp_path / "vault.key").chmod(0o400)
    code, found = look("--home", str(tmp_path))
    assert code == 0
    for what in ("数据目录", "保险库密钥", "数据库结构", "规则包", "事项目录", "附件存储", "开发模式"):
        assert found[what][0] == "well", found[what]


def test_a_key_that_is_lost_or_open_to_all_is_named(tmp_path: Path) -> None:
    embedded.migrate(tmp_path)
    code, found = look("--home", str(tmp_path))
    assert (code, found["保险库密钥"][0]) == (1, "wrong")
    (tmp_path / "vault.key").write_text(KEY)
    (tmp_path / "vault.key").chmod(0o644)
    code, found = look("--home", str(tmp_path))
    assert (code, found["保险库密钥"][0]) == (0, "mind")


def test_a_database_that_is_behind_is_named(tmp_path: Path) -> None:
    upgrade("tasks", embedded.database(tmp_path, "tasks"), to="0001")
    assert "tasks" in look("--home", str(tmp_path))[1]["数据库结构"][1]


@pytest.mark.parametrize(
    ("settings", "what", "names"),
    [
        ({"LIANXIN_CLOCK": "/nowhere"}, "开发模式", "LIANXIN_CLOCK"),
        ({"LIANXIN_RULE_PACK": "/no/such.yaml"}, "规则包", "such.yaml"),
        ({"LIANXIN_CATALOGUE": "pyproject.toml"}, "事项目录", "pyproject.toml"),
        ({"LIANXIN_MEMBER_RULES": "pyproject.toml"}, "结对帮扶规则", "pyproject.toml"),
        ({"LIANXIN_WORK_CALENDAR": "pyproject.toml"}, "工作日历", "pyproject.toml"),
        ({"LIANXIN_WECHAT_APP_ID": "wx0123456789abcdef"}, "微信登录", "AppSecret"),
        ({"LIANXIN_WECHAT_APP_ID": "wrong"}, "设置", "app_id"),
        ({"LIANXIN_SINGLE_SIGN_ON_ISSUER": "https://127.0.0.1:9"}, "单点登录", "CLIENT_ID"),
        (PROVIDER | {"LIANXIN_SINGLE_SIGN_ON_ISSUER": "http://127.0.0.1:9"}, "单点登录", "https"),
        (PROVIDER, "单点登录", "没有回答"),
        ({"LIANXIN_PASSWORD_LANES": "0"}, "设置", "lanes"),
        ({"LIANXIN_GATEWAY_TRUSTED_PROXIES": "nowhere"}, "设置", "LIANXIN_GATEWAY_TRUSTED_PROXIES"),
        ({"LIANXIN_LIMITS_CLIENT": "often"}, "设置", "600/minute"),
        ({"LIANXIN_LIMITS_STORE": "redis://127.0.0.1:9"}, "限额计数", "ConnectionError"),
    ],
)
def test_a_setting_that_is_wrong_is_named_with_what_to_do(
    tmp_path: Path, settings: dict[str, str], what: str, names: str
) -> None:
    code, found = look("--home", str(tmp_path), **settings)
    grade, says, mend = found[what]
    assert (code, grade) == (1, "wrong")
    assert names in says
    assert mend


def test_a_cluster_process_without_its_settings_is_told_which(tmp_path: Path) -> None:
    code, found = look("--service", "members")
    assert code == 1
    assert "LIANXIN_VAULT_KEY_FILE" in found["保险库密钥"][2]
    assert "database" in found["设置"][1]


def test_a_cluster_process_that_reaches_everything_is_found_well(kafka_address: str, postgres_database: str) -> None:
    settings = {"LIANXIN_DATABASE": postgres_database, "LIANXIN_KAFKA": kafka_address, "LIANXIN_VAULT_KEY": KEY}
    code, found = look("--service", "feedback", **settings)
    assert (code, found["数据库结构"][2]) == (1, "请运行 lianxin migrate feedback")
    upgrade("feedback", postgres_database)
    code, found = look("--service", "feedback", **settings)
    assert found["数据库结构"][0] == found["Kafka"][0] == "well"


def test_a_cluster_process_that_reaches_nothing_is_told_so() -> None:
    nowhere = {"LIANXIN_DATABASE": "postgresql://nobody@127.0.0.1:9/x", "LIANXIN_KAFKA": "127.0.0.1:9"}
    code, found = look("--service", "feedback", LIANXIN_VAULT_KEY=KEY, **nowhere)
    assert code == 1
    assert found["数据库"][0] == found["Kafka"][0] == "wrong"


def test_a_gateway_is_told_which_service_does_not_answer() -> None:
    nowhere = {f"LIANXIN_UPSTREAM_{name}": "http://127.0.0.1:9" for name in ("MEMBERS", "TASKS", "FEEDBACK")}
    code, found = look("--service", "gateway", **nowhere)
    assert code == 1
    assert {found[f"服务 {name}"][0] for name in ("members", "tasks", "feedback")} == {"wrong"}
    assert found["反向代理"][0] == "mind"
    found = look("--service", "gateway", LIANXIN_GATEWAY_TRUSTED_PROXIES="10.0.0.0/8", **nowhere)[1]
    assert found["反向代理"][0] == "well"


def test_the_same_is_said_in_sentences(tmp_path: Path) -> None:
    said = CliRunner().invoke(app, ["doctor", "--home", str(tmp_path)], env={"LIANXIN_CLOCK": "x"}).stdout
    assert "有误  开发模式" in said
    assert "→" in said
    assert "有 1 处需要改正" in said
