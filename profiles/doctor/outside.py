"""What this process has to reach: its database, Kafka, the other services, the files, WeChat, the county's sign-in."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
from aiokafka import AIOKafkaClient
from aiokafka.errors import KafkaError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from chassis.migrations import newest, version_table
from chassis.objects import new_key, objects_of
from chassis.problems import NotFound, StoreAway
from chassis.settings import (
    ClusterSettings,
    GatewaySettings,
    NationalRatingSettings,
    ObjectSettings,
    Refused,
    SingleSignOnSettings,
    TextSettings,
    WeChatSettings,
)
from gateway.settings import FrontSettings, RateSettings
from profiles.doctor.findings import Finding, mind, well, wrong

PATIENCE = 5.0  # seconds for each answer


async def look_at_database(service: str, settings: ClusterSettings) -> AsyncIterator[Finding]:
    """Whether PostgreSQL answers, keeps what it says it keeps, and is migrated."""
    try:
        raw = await asyncpg.connect(settings.database.get_secret_value(), timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as away:
        yield wrong(
            "数据库",
            f"连不上（{type(away).__name__}）",
            mend="请核对 LIANXIN_DATABASE 的地址、账号和密码，并确认 PostgreSQL 正在运行",
        )
        return
    try:
        yield well("数据库", f"PostgreSQL {raw.get_server_version().major} 已连上")
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            if await raw.fetchval(f"SHOW {name}") == "off":
                yield wrong("数据库", f"{name} 已关闭，断电会丢失已答复的事项", mend=f"请在 PostgreSQL 中设 {name}=on")
        known = await raw.fetchval("SELECT to_regclass($1)", version_table(service))
        applied = await raw.fetchval(f"SELECT version_num FROM {version_table(service)}") if known else None
        if applied != newest(service):
            yield wrong("数据库结构", "不是最新", mend=f"请运行 lianxin migrate {service}")
        else:
            yield well("数据库结构", f"已是最新（{applied}）")
    finally:
        await raw.close(timeout=PATIENCE)


async def look_at_kafka(settings: ClusterSettings) -> AsyncIterator[Finding]:
    """Whether the broker answers."""
    client = AIOKafkaClient(bootstrap_servers=settings.kafka, request_timeout_ms=int(PATIENCE * 1000))
    try:
        async with asyncio.timeout(2 * PATIENCE):
            await client.bootstrap()
        yield well("Kafka", f"已连上，{len(client.cluster.brokers())} 个节点")
    except (KafkaError, OSError, TimeoutError, ValueError) as away:
        yield wrong(
            "Kafka",
            f"连不上（{type(away).__name__}）",
            mend="请核对 LIANXIN_KAFKA，并确认 Kafka 正在运行",
        )
    finally:
        await client.close()


async def look_at_services(settings: GatewaySettings) -> AsyncIterator[Finding]:
    """Whether the services that the gateway forwards to are ready."""
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        for name, address in settings.model_dump().items():
            try:
                answer = await client.get(f"{address.rstrip('/')}/health/ready")
                reasons = answer.json().get("reasons", [])
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as away:
                yield wrong(
                    f"服务 {name}",
                    f"没有回答（{type(away).__name__}）",
                    mend=f"请核对 LIANXIN_UPSTREAM_{name.upper()}，并确认该服务正在运行",
                )
                continue
            if answer.status_code == httpx.codes.OK:
                yield well(f"服务 {name}", "就绪")
            else:
                yield wrong(
                    f"服务 {name}",
                    f"未就绪：{'、'.join(reasons)}",
                    mend=f"请在那里运行 lianxin doctor --service {name}",
                )


def look_at_proxies(settings: FrontSettings) -> Iterator[Finding]:
    """Whether callers can be told apart by their own addresses."""
    if settings.trusted_proxies:
        yield well("反向代理", f"信任 {'、'.join(map(str, settings.trusted_proxies))} 所说的来源地址")
    else:
        yield mind(
            "反向代理",
            "没有设置，来源地址以直接连接的一方为准",
            mend="前面有 HTTPS 反向代理时，请设 LIANXIN_GATEWAY_TRUSTED_PROXIES，否则所有人合用一个限额",
        )


async def look_at_limits(settings: RateSettings) -> AsyncIterator[Finding]:
    """Whether the counters that several gateways share can be reached."""
    if settings.store is None:
        yield well("限额计数", "本进程各自计数")
        return
    try:
        async with Redis.from_url(
            settings.store.get_secret_value(), socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
        ) as store:
            await store.ping()
        yield well("限额计数", "共用的计数器已连上")
    except (RedisError, OSError, ValueError) as away:
        yield wrong(
            "限额计数",
            f"连不上共用的计数器（{type(away).__name__}）",
            mend="请核对 LIANXIN_LIMITS_STORE；其间各网关各自计数，限额按网关数放大",
        )


async def look_at_files(settings: ObjectSettings, *, folder: Path) -> AsyncIterator[Finding]:
    """Whether a file can be kept, read and let go."""
    place = settings.bucket or str(settings.folder or folder)
    if settings.bucket is None and not await asyncio.to_thread((settings.folder or folder).parent.exists):
        return  # what is not there yet is not made by looking at it

    async def sample() -> AsyncIterator[bytes]:
        yield b"lianxin doctor"

    name, key = f"doctor/{uuid4()}", new_key()
    objects = objects_of(settings, folder=folder)
    try:
        await objects.put(name, sample(), key=key)
        kept = b"".join([piece async for piece in await objects.get(name, key=key)])
        await objects.delete(name)
    except (StoreAway, NotFound, OSError) as away:
        yield wrong(
            "附件存储",
            f"{place} 不可用（{type(away).__name__}）",
            mend="请核对 LIANXIN_OBJECTS_ 开头的设置和权限",
        )
        return
    if kept == b"lianxin doctor":
        yield well("附件存储", f"{place} 可写可读")
    else:
        yield wrong("附件存储", f"{place} 读出的与写入的不同", mend="请更换存储，现有文件请从备份核对")


async def look_at_wechat(settings: WeChatSettings, *, standin: str | None) -> AsyncIterator[Finding]:
    """Whether sign-in by WeChat is set up; WeChat itself is not asked, since each asking counts against a quota."""
    if settings.app_id is None:
        yield mind(
            "微信登录",
            "没有设置小程序",
            mend="需要时请设 LIANXIN_WECHAT_APP_ID 和 …_SECRET",
        )
    elif settings.secret is None:
        yield wrong("微信登录", "设了 AppID 没有设 AppSecret", mend="请设 LIANXIN_WECHAT_SECRET")
    elif standin is not None:
        yield mind("微信登录", f"用的是替身 {standin}", mend="正式运行请去掉 LIANXIN_WECHAT_ADDRESS")
    else:
        yield well("微信登录", f"小程序 {settings.app_id}；请在公众平台把本机出口地址加入 IP 白名单")


def look_at_texts(settings: TextSettings, *, development: bool) -> Iterator[Finding]:
    """Whether texts are set up whole; the carrier is not asked, since each text is somebody's and costs money."""
    if settings.address is None:
        yield mind(
            "短信",
            "没有设置：委托验证码由乡镇（街道）窗口当面告知或打印",
            mend="需要时请设 LIANXIN_TEXTS_ADDRESS、…_KEY、…_SECRET 和模板编号",
        )
        return
    try:
        settings.check(development=development)
    except Refused as refused:
        yield wrong("短信", str(refused), mend="请补齐或改正 LIANXIN_TEXTS_ 开头的设置，否则 members 不启动")
        return
    if settings.template_mandate_given is None:
        yield mind("短信", "没有“委托生效提醒”的模板", mend="请设 LIANXIN_TEXTS_TEMPLATE_MANDATE_GIVEN")
    else:
        yield well("短信", f"已设置 {settings.address}，回拨电话 {settings.call_back}")


def look_at_national_ratings(settings: NationalRatingSettings, *, development: bool) -> Iterator[Finding]:
    """Whether the province's platform is set up whole; it is not asked, since it takes nothing but grades."""
    if settings.address is None:
        yield mind(
            "好差评上报", "没有设置，不上报", mend="需要时请设 LIANXIN_NATIONAL_RATINGS_ADDRESS、…_KEY 和 …_SECRET"
        )
        return
    try:
        settings.check(development=development)
    except Refused as refused:
        yield wrong(
            "好差评上报",
            str(refused),
            mend="请补齐或改正 LIANXIN_NATIONAL_RATINGS_ 开头的设置，否则 feedback 不启动",
        )
        return
    yield well("好差评上报", f"已设置 {settings.address}；退回和未送达的见“好差评上报”的待处理清单")


async def look_at_single_sign_on(settings: SingleSignOnSettings, *, development: bool) -> AsyncIterator[Finding]:
    """Whether the county's identity provider is set up whole, can be found and is who it says."""
    if settings.issuer is None:
        yield mind("单点登录", "没有设置", mend="需要时请设 LIANXIN_SINGLE_SIGN_ON_ISSUER")
        return
    try:
        settings.check(development=development)
    except Refused as refused:
        yield wrong(
            "单点登录", str(refused), mend="请补齐或改正 LIANXIN_SINGLE_SIGN_ON_ 开头的设置，否则 members 不启动"
        )
        return
    address = f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration"
    with suppress(httpx.HTTPError, httpx.InvalidURL, ValueError):
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            said = (await client.get(address)).json()
        if said.get("issuer") == settings.issuer:
            yield well("单点登录", f"已找到 {settings.issuer}")
        else:
            yield wrong(
                "单点登录",
                f"对方自称 {said.get('issuer')}，与设置不同",
                mend="请把 LIANXIN_SINGLE_SIGN_ON_ISSUER 改成与对方发现文档一字不差",
            )
        return
    yield wrong("单点登录", "对方没有回答", mend="请核对 LIANXIN_SINGLE_SIGN_ON_ISSUER 和网络；其间仍可用密码登录")
