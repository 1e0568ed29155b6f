"""Settings, a small class for each concern; read once by the profiles, from the environment, and passed on."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis.ciphers import SealingCipher
from chassis.ring import ReadRing, Ring, RingFile, RingUnreadable


class Refused(Exception):  # the process does not start
    """These settings must not go together; the text says what to change."""


class DevelopmentSettings(BaseSettings):
    """What must never be in force for real citizens."""

    model_config = SettingsConfigDict(env_prefix="LIANXIN_")

    development: bool = Field(False, description="开发模式：允许开发登录和可设定的时钟")
    clock: Path | None = Field(None, description="时钟文件；所有进程从这里取业务时间")
    wechat_address: str | None = Field(None, description="微信替身的地址；不设则用微信自己的服务器")

    def check(self) -> None:
        """Raises `Refused` if a set clock or a stand-in is asked for outside development."""
        if self.clock is not None and not self.development:
            raise Refused("LIANXIN_CLOCK 只能与 LIANXIN_DEVELOPMENT=1 一起使用（set clock needs development mode）")
        if self.wechat_address is not None and not self.development:
            raise Refused(
                "LIANXIN_WECHAT_ADDRESS 只能与 LIANXIN_DEVELOPMENT=1 一起使用（a stand-in needs development mode）"
            )


class WeChatSettings(BaseSettings):
    """The county's mini-program at WeChat; without an app id nobody signs in by WeChat."""

    model_config = SettingsConfigDict(env_prefix="LIANXIN_WECHAT_", env_ignore_empty=True)

    app_id: str | None = Field(None, pattern=r"^wx[0-9a-z]{16}$", description="小程序的 AppID")
    secret: SecretStr | None = Field(None, description="小程序的 AppSecret")

    def check(self) -> None:
        """Raises `Refused` for an app id without its secret."""
        if self.app_id is not None and self.secret is None:
            raise Refused("设了 LIANXIN_WECHAT_APP_ID，还要设 LIANXIN_WECHAT_SECRET（no secret of the mini-program）")


class TextSettings(BaseSettings):
    """Who sends text messages for the county; without an address none are sent, and codes are spoken or on paper."""

    model_config = SettingsConfigDict(env_prefix="LIANXIN_TEXTS_", env_ignore_empty=True)

    address: str | None = Field(None, description="短信网关地址，https://…；不填则不发短信，验证码由窗口告知")
    key: str | None = Field(None, description="短信网关给的 Key")
    secret: SecretStr | None = Field(None, description="短信网关给的 Secret，用来签名")
    template_consent_code: str | None = Field(None, description="“委托验证码”的模板编号")
    template_mandate_given: str | None = Field(None, description="“委托生效提醒”的模板编号")
    call_back: str = Field("12345", pattern=r"^[0-9-]{3,20}$", description="短信里的回拨电话")

    def check(self, *, development: bool) -> None:
        """Raises `Refused` for a carrier that is not set up whole, or is called without TLS outside development."""
        if self.address is None:
            return
        if not (self.key and self.secret and self.template_consent_code):
            raise Refused(
                "设了 LIANXIN_TEXTS_ADDRESS，还要设 …_KEY、…_SECRET 和 …_TEMPLATE_CONSENT_CODE（half a carrier）"
            )
        if not development and not self.address.startswith("https://"):
            raise Refused("LIANXIN_TEXTS_ADDRESS 应为 https:// 开头的地址（texts need https）")


class NationalRatingSettings(BaseSettings):
    """The province's platform for grades (好差评); without an address no grade is sent anywhere."""

    model_config = SettingsConfigDict(env_prefix="LIANXIN_NATIONAL_RATINGS_", env_ignore_empty=True)

    address: str | None = Field(None, description="省好差评平台（或前置机）的地址，https://…；不填则不上报")
    key: str | None = Field(None, description="平台给的 Key")
    secret: SecretStr | None = Field(None, description="平台给的 Secret，用来签名")

    def check(self, *, development: bool) -> None:
        """Raises `Refused` for a platform that is not set up whole, or is called without TLS outside development."""
        if self.address is None:
            return
        if not (self.key and self.secret):
            raise Refused("设了 LIANXIN_NATIONAL_RATINGS_ADDRESS，还要设 …_KEY 和 …_SECRET（half a platform）")
        if not development and not self.address.startswith("https://"):
            raise Refused("LIANXIN_NATIONAL_RATINGS_ADDRESS 应为 https:// 开头的地址（ratings need https）")


class ConsentSettings(BaseSettings):
    """The codes by which a villager says yes to a mandate; own figures."""

    model_config = SettingsConfigDict(env_prefix="LIANXIN_CONSENT_", env_ignore_empty=True)

    good_for: timedelta = Field(timedelta(minutes=10), description="验证码的有效时间")
    tries: int = Field(5, ge=1, le=10, description="一个验证码最多输错几次")
    codes_a_day: int = Field(5, ge=1, le=50, description="同一个人一天最多几个验证码")


class RuleSettings(BaseSettings):
    """Where the operator's own rule files are; without them, those that come with the program."""

    model_config = SettingsConfigDict(env_prefix="LIANXIN_")

    rule_pack: Path | None = None
    work_calendar: Path | None = None
    catalogue: Path | None = None
    member_rules: Path | None = None
    feedback_rules: Path | None = None
    consequence_rules: Path | None = None
    deliberation_rules: Path | None = None
    list_templates: Path | None = None
    recurring_duties: Path | None = None
    disclosures: Path | None = None
    national_ratings_map: Path | None = None


class VaultSettings(BaseSettings):
    """The key ring that seals personal data: 64 hexadecimal digits or a ring, given or in a file; and the cipher."""

    model_config = SettingsConfigDict(env_prefix="LIANXIN_VAULT_")

    key: SecretStr | None = None
    key_file: Path | None = None
    cipher: SealingCipher = Field(SealingCipher.AES_256_GCM, description="加密算法：aes-256-gcm 或 sm4-gcm")

    def ring(self) -> ReadRing:
        """Where the ring is read from. Raises `Refused` when there is none or it is malformed."""
        try:
            if self.key is not None:
                given = Ring.parse(self.key.get_secret_value())
                return lambda: given
            if self.key_file is not None and self.key_file.exists():
                file = RingFile(self.key_file)
                file.read()
                return file.read
        except RingUnreadable as wrong:
            raise Refused(str(wrong)) from wrong
        raise Refused("缺少 LIANXIN_VAULT_KEY 或 LIANXIN_VAULT_KEY_FILE（no vault key）")


class ClusterSettings(BaseSettings):
    """Where one process of the cluster profile finds the others."""

    model_config = SettingsConfigDict(env_prefix="LIANXIN_")

    database: SecretStr = Field(description="postgresql:// 地址，每个服务一个库")
    kafka: str = Field(description="Kafka 地址，host:port")
    topic_prefix: str = ""
    topic_partitions: int = Field(3, ge=1, le=1000)
    kafka_session_seconds: float = Field(6.0, ge=1, le=300, description="读者沉默多少秒后由同组的其他进程接手")


class GatewaySettings(BaseSettings):
    """Where the gateway finds the services."""

    model_config = SettingsConfigDict(env_prefix="LIANXIN_UPSTREAM_")

    members: str
    tasks: str
    feedback: str


class PasswordSettings(BaseSettings):
    """What a password costs to compare: argon2id as RFC 9106 recommends it where memory is scarce (section 4)."""

    model_config = SettingsConfigDict(env_prefix="LIANXIN_PASSWORD_")

    memory_kib: int = Field(65536, ge=8, le=4_194_304, description="每次校验占用的内存（KiB）")
    passes: int = Field(3, ge=1, le=100)
    lanes: int = Field(4, ge=1, le=64)
    at_once: int = Field(2, ge=1, le=64, description="同时校验的人数")
    in_line: int = Field(16, ge=0, le=1000, description="排队等候校验的人数；更多的请稍后再试")
    given_for: timedelta = Field(timedelta(days=7), description="初始密码的有效期")


class ObjectSettings(BaseSettings):
    """Where files are kept: in a folder, or in a bucket of a store that speaks S3."""

    model_config = SettingsConfigDict(env_prefix="LIANXIN_OBJECTS_", env_ignore_empty=True)

    folder: Path | None = Field(None, description="存放附件的目录；多台机器时须共享，或改用对象存储")
    bucket: str | None = Field(None, description="对象存储的桶名；填写后不再用目录")
    endpoint: str | None = Field(None, description="对象存储地址，如 https://s3.example.org")
    region: str = "us-east-1"
    access_key: SecretStr | None = None
    secret_key: SecretStr | None = None
    plain_http: bool = Field(False, description="允许不加密的 http 地址，只供内网")


class ExportSettings(BaseSettings):
    """How much of a list leaves as a spreadsheet."""

    model_config = SettingsConfigDict(env_prefix="LIANXIN_EXPORT_", env_ignore_empty=True)

    most_rows: int = Field(20_000, ge=1, le=200_000, description="一次导出最多多少行；超过的请缩小筛选范围")


class SingleSignOnSettings(BaseSettings):
    """The county's own identity provider (OpenID Connect); without an issuer nobody signs in that way."""

    model_config = SettingsConfigDict(env_prefix="LIANXIN_SINGLE_SIGN_ON_", env_ignore_empty=True)

    issuer: str | None = Field(None, description="统一身份认证平台的 issuer 地址，与其发现文档中的一字不差")
    client_id: str = ""
    client_secret: SecretStr | None = None
    redirect: str = Field("", description="登录后跳回的页面地址，须在认证平台登记")
    scope: str = "openid profile phone"
    subject_claim: str = Field("sub", description="以哪一项认人，如工号所在的声明")
    second_factor: list[str] = Field([], description="amr 或 acr 含有其中之一，即视为已用第二因素")
    seconds: float = Field(5.0, gt=0, le=60, description="等待认证平台答复的秒数")
    binds_by_phone: bool = Field(False, description="经本人同意，可凭认证平台核实过的手机号首次绑定")

    def check(self, *, development: bool) -> None:
        """Raises `Refused` for a provider that is not set up whole, or is asked without TLS outside development."""
        if self.issuer is None:
            return
        if not (self.client_id and self.redirect):
            raise Refused("设了 LIANXIN_SINGLE_SIGN_ON_ISSUER，还要设 …_CLIENT_ID 和 …_REDIRECT（half a provider）")
        if not development and not (self.issuer.startswith("https://") and self.redirect.startswith("https://")):
            raise Refused("统一身份认证的地址应为 https://（single sign-on needs https）")
