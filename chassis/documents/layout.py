"""The measures of GB/T 9704-2012 (party and government documents), and the fonts; each may be set otherwise."""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Layout(BaseSettings):
    """How official documents look. Lengths in millimetres, type in points (二号 22, 三号 16, 四号 14).

    The official type faces (方正小标宋, 仿宋_GB2312, 黑体) are not free: PDFs are set in Noto's unless an operator puts
    licensed ones into `fonts` and names them; .docx names the official ones, which the reader's computer has.
    """

    model_config = SettingsConfigDict(
        env_prefix="LIANXIN_DOCUMENTS_", env_ignore_empty=True, frozen=True, populate_by_name=True
    )

    top: float = Field(37, ge=10, le=80, description="天头（上白边），毫米")
    left: float = Field(28, ge=10, le=60, description="订口（左白边），毫米")
    width: float = Field(156, ge=80, le=190, description="版心宽，毫米")
    height: float = Field(225, ge=100, le=280, description="版心高，毫米")
    lines: int = Field(22, ge=10, le=50, description="每面行数")
    characters: int = Field(28, ge=10, le=60, description="每行字数")
    body_size: float = Field(16, ge=8, le=24, description="正文字号，磅（三号 16）")
    title_size: float = Field(22, ge=10, le=40, description="标题字号，磅（二号 22）")
    folio_size: float = Field(14, ge=8, le=20, description="页码字号，磅（四号 14）")
    issuer_size: float = Field(36, ge=16, le=72, description="发文机关标志字号，磅")
    red_head: bool = Field(True, description="是否印红色发文机关标志和红色分隔线")
    fonts: Path | None = Field(None, description="补充字体的文件夹；不设则只用随系统提供的 Noto 字体")
    body_font: str = Field("Noto Serif SC", description="正文字体（有授权的可设仿宋_GB2312）")
    title_font: str = Field("Noto Serif SC", description="标题字体（有授权的可设方正小标宋简体）")
    heading_font: str = Field("Noto Sans SC", description="小标题字体（有授权的可设黑体）")
    address: str = Field(
        "http://localhost:8000",
        validation_alias="LIANXIN_GATEWAY_PUBLIC_ADDRESS",
        description="对外的网址（https://…），二维码里用它；与网关的同名设置相同",
    )
    word_body_font: str = Field("仿宋_GB2312", description=".docx 正文字体名")
    word_title_font: str = Field("方正小标宋简体", description=".docx 标题字体名")
    word_heading_font: str = Field("黑体", description=".docx 小标题字体名")

    @field_validator("fonts")
    @classmethod
    def _there(cls, folder: Path | None) -> Path | None:
        if folder is not None and not folder.is_dir():
            raise ValueError(f"LIANXIN_DOCUMENTS_FONTS：没有文件夹 {folder}（no such folder）")
        return folder

    @field_validator("address")
    @classmethod
    def _without_slash(cls, address: str) -> str:
        return address.rstrip("/")

    @property
    def right(self) -> float:
        """What A4 leaves at the right."""
        return 210 - self.left - self.width

    @property
    def bottom(self) -> float:
        """What A4 leaves below."""
        return 297 - self.top - self.height

    @property
    def pitch(self) -> float:
        """From one line to the next, in points."""
        return self.height / self.lines / MILLIMETRE

    @property
    def tracking(self) -> float:
        """What is to be added between two characters so that a line holds as many as it should; points."""
        return self.width / self.characters / MILLIMETRE - self.body_size


MILLIMETRE = 25.4 / 72
"""One point, in millimetres."""
