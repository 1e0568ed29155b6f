"""Looking at everything that a start needs."""

from collections.abc import AsyncIterator, Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings

from chassis.migrations import is_current
from chassis.settings import (
    ClusterSettings,
    ConsentSettings,
    DevelopmentSettings,
    GatewaySettings,
    NationalRatingSettings,
    ObjectSettings,
    PasswordSettings,
    Refused,
    RuleSettings,
    SingleSignOnSettings,
    TextSettings,
    VaultSettings,
    WeChatSettings,
)
from gateway.settings import FrontSettings, RateSettings
from profiles.doctor.findings import Finding, mind, well, wrong
from profiles.doctor.machine import look_at_folder, look_at_key, look_at_machine
from profiles.doctor.outside import (
    look_at_database,
    look_at_files,
    look_at_kafka,
    look_at_limits,
    look_at_national_ratings,
    look_at_proxies,
    look_at_services,
    look_at_single_sign_on,
    look_at_texts,
    look_at_wechat,
)
from profiles.doctor.rules import look_at_rules
from profiles.embedded import database
from profiles.services import FILES, NAMES

Settings = TypeVar("Settings", bound=BaseSettings)


class Process(StrEnum):
    """The process of the cluster profile that is looked at."""

    MEMBERS = "members"
    TASKS = "tasks"
    FEEDBACK = "feedback"
    GATEWAY = "gateway"


async def look(home: Path, service: Process | None) -> list[Finding]:
    """What there is to say of the embedded profile in a folder, or of one process of the cluster."""
    found = list(look_at_machine(home))
    found += _look_at_development()
    if service is None:
        found += look_at_folder(home)
        found += _look_at_databases(home)
    elif service is not Process.GATEWAY:
        found += _look_at_ring()
        found += [one async for one in _cluster(service)]
    if service in {None, Process.TASKS}:
        found += [one for settings in _read(RuleSettings, found) for one in look_at_rules(settings)]
        for files in _read(ObjectSettings, found):
            found += [one async for one in look_at_files(files, folder=FILES if service else home / "objects")]
    if service in {None, Process.MEMBERS}:
        found += [one async for one in _look_at_members()]
    if service in {None, Process.FEEDBACK}:
        development = DevelopmentSettings().development
        for ratings in _read(NationalRatingSettings, found):
            found += look_at_national_ratings(ratings, development=development)
    if service in {None, Process.GATEWAY}:
        found += [one for front in _read(FrontSettings, found) for one in look_at_proxies(front)]
        for rates in _read(RateSettings, found):
            found += [one async for one in look_at_limits(rates)]
    if service is Process.GATEWAY:
        for upstreams in _read(GatewaySettings, found):
            found += [one async for one in look_at_services(upstreams)]
    return found


async def _look_at_members() -> AsyncIterator[Finding]:
    """Ways of signing in, and texts."""
    faults, development = list[Finding](), DevelopmentSettings()
    for wechat in _read(WeChatSettings, faults):
        async for one in look_at_wechat(wechat, standin=development.wechat_address):
            yield one
    for provider in _read(SingleSignOnSettings, faults):
        async for one in look_at_single_sign_on(provider, development=development.development):
            yield one
    for texts in _read(TextSettings, faults):
        for one in look_at_texts(texts, development=development.development):
            yield one
    for kind in (PasswordSettings, ConsentSettings):
        list(_read(kind, faults))
    for one in faults:
        yield one


async def _cluster(service: Process) -> AsyncIterator[Finding]:
    faults: list[Finding] = []
    for settings in _read(ClusterSettings, faults):
        async for one in look_at_database(service.value, settings):
            yield one
        async for one in look_at_kafka(settings):
            yield one
    for one in faults:
        yield one


def _look_at_development() -> Iterator[Finding]:
    settings = DevelopmentSettings()
    try:
        settings.check()
    except Refused as refused:
        yield wrong("开发模式", str(refused), mend="正式运行请去掉这项设置")
        return
    if settings.development:
        yield mind("开发模式", "已打开：任何人可以用登录码登录生成的人员", mend="正式运行请去掉 LIANXIN_DEVELOPMENT")
    else:
        yield well("开发模式", "未打开")


def _look_at_ring() -> Iterator[Finding]:
    try:
        settings = VaultSettings()
        settings.ring()()
    except (Refused, ValidationError) as refused:
        yield wrong("保险库密钥", _said(refused), mend="请设 LIANXIN_VAULT_KEY_FILE；新装的生成办法见 README")
        return
    if settings.key_file is not None:
        yield from look_at_key(settings.key_file)
    else:
        yield mind("保险库密钥", "写在环境变量里", mend="请改用 LIANXIN_VAULT_KEY_FILE，环境变量容易被别的程序看到")


def _look_at_databases(home: Path) -> Iterator[Finding]:
    files = [(name, database(home, name)) for name in NAMES]
    behind = [name for name, file in files if file.exists() and not is_current(name, file)]
    if behind:
        yield mind("数据库结构", f"{'、'.join(behind)} 不是最新", mend="lianxin up 会自动升级")
    elif all(file.exists() for _, file in files):
        yield well("数据库结构", "全部已是最新")


def _read(kind: Callable[[], Settings], found: list[Finding]) -> Iterator[Settings]:
    """The settings of one concern, or a finding that says which of them is malformed."""
    try:
        yield kind()
    except (Refused, ValidationError) as refused:
        found.append(wrong("设置", _said(refused), mend="请补上或改正这些环境变量"))


def _said(refused: Refused | ValidationError) -> str:
    if isinstance(refused, Refused):
        return str(refused)
    # Which, and what kind of fault: the value itself may be a secret.
    return "；".join(f"{'.'.join(map(str, one['loc']))}：{one['type']}" for one in refused.errors())
