"""What an operator may say about the gateway, besides where the services are; all figures are our own."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated
from urllib.parse import urlsplit

from limits import parse
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from chassis.settings import Refused

Network = IPv4Network | IPv6Network
Rate = Annotated[str, Field(examples=["600/minute"], description="次数/时间，例如 600/minute、30/10 minutes")]


class FrontSettings(BaseSettings):
    """Who stands in front of the gateway, and how much it takes on at once."""

    model_config = SettingsConfigDict(env_prefix="LIANXIN_GATEWAY_")

    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = Field(
        (), description="受信任的反向代理网段，逗号分隔；只有它们说的来源地址算数"
    )
    origins: Annotated[tuple[str, ...], NoDecode] = Field((), description="允许跨域访问的网页来源，逗号分隔")
    hsts_seconds: int = Field(0, ge=0, description="通过 HTTPS 访问时要求浏览器今后只用 HTTPS 的秒数；0 表示不要求")
    public_address: str = Field("", description="对外的网址（https://…），Open311 的链接用它；不填则用请求的 Host")
    open311_contact: str = Field("请联系所在县（区）的平台管理员。", description="Open311 discovery 的联系方式")
    open311_key_service: str = Field(
        "密钥由县（区）平台管理员发放：说明所属单位、所辖区域和用途。", description="Open311 discovery 的密钥申请办法"
    )
    most_at_once: int = Field(512, ge=1, description="同时办理的请求总数，超出的立即请其稍后再试")
    most_at_once_each: int = Field(256, ge=1, description="其中每个服务的请求数")
    most_connections: int = Field(4096, ge=1, description="同时打开的连接总数，超出时最久没有动静的让位")
    most_connections_each: int = Field(256, ge=1, description="其中每个来源地址的连接数；受信任的反向代理不限")
    most_streams: int = Field(2048, ge=1, description="同时打开的事件流总数")

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, said: object) -> object:
        try:
            return tuple(ip_network(one) for one in _listed(said)) if isinstance(said, str) else said
        except ValueError as wrong:
            raise Refused(f"LIANXIN_GATEWAY_TRUSTED_PROXIES 应为逗号分隔的网段：{wrong}") from wrong

    @field_validator("origins", mode="before")
    @classmethod
    def _whole_origins(cls, said: object) -> object:
        """Scheme, host and port, no more: a wildcard would let any page act for whoever looks at it."""
        origins = _listed(said) if isinstance(said, str) else said
        for origin in origins if isinstance(origins, tuple) else ():
            where = urlsplit(origin)
            if where.scheme not in {"http", "https"} or f"{where.scheme}://{where.netloc}" != origin or "*" in origin:
                raise Refused(
                    f"LIANXIN_GATEWAY_ORIGINS 应为完整的网页来源，如 https://example.cn，不能用通配符：{origin}"
                )
        return origins


class RateSettings(BaseSettings):
    """How often the same person, client or address may ask, for each kind of request."""

    model_config = SettingsConfigDict(env_prefix="LIANXIN_LIMITS_", env_ignore_empty=True)

    store: SecretStr | None = Field(None, description="多个网关共用的计数器，redis://…；不填则各自计数")
    scale: float = Field(1.0, gt=0, description="所有限额同乘此数，供压力测试和特殊时期使用")

    # A village shares one address behind its operator's translation, so addresses are allowed much more than persons.
    reading_caller: Rate = "600/minute"
    reading_address: Rate = "3000/minute"
    changing_caller: Rate = "120/minute"
    changing_address: Rate = "1200/minute"
    uploading_caller: Rate = "60/10 minutes"
    uploading_address: Rate = "600/10 minutes"
    signing_in_caller: Rate = "60/minute"
    signing_in_address: Rate = "60/minute"
    tracking_caller: Rate = "30/minute"
    tracking_address: Rate = "30/minute"
    client: Rate = Field("1200/minute", description="每个接入系统的总限额")

    @field_validator("*", mode="after")
    @classmethod
    def _readable(cls, said: object) -> object:
        if isinstance(said, str):
            try:
                parse(said)
            except ValueError as wrong:
                raise Refused(f"LIANXIN_LIMITS_* 应写作 600/minute 或 30/10 minutes，而不是 {said}") from wrong
        return said


def _listed(said: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in said.split(",") if one.strip())
