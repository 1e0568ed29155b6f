"""What the ledger counts: money in fen, goods in whole units, labour in tenths of a day; a county extends the file."""

from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from chassis.operator_files import read_yaml
from chassis.problems import Invalid

SHIPPED = Path(__file__).with_name("goods.yaml")
MOST = 10**15
"""In the smallest unit: ten trillion yuan, and far below what a column of eight bytes holds."""


class NoSuchGoods(Invalid):
    """The ledger does not count this; the operator adds it to the list of goods."""

    title_zh = "台账没有这个品目，请从品目列表中选择，或请系统管理员添加。"


class GoodsKind(StrEnum):
    """What sort of thing is counted."""

    MONEY = "money"
    GOODS = "goods"
    LABOUR = "labour"


class Goods(BaseModel):
    """One thing that is counted, in whole numbers of its smallest unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(pattern="^[a-z][a-z0-9-]{1,31}$")]
    kind: GoodsKind
    name: Annotated[str, Field(min_length=1, max_length=40)]
    decimals: Annotated[int, Field(ge=0, le=3)]  # of the shown unit
    units: Annotated[dict[str, Annotated[int, Field(gt=0, le=10**9)]], Field(min_length=1)]

    @model_validator(mode="after")
    def _shows_whole_smallest_units(self) -> Self:
        if next(iter(self.units.values())) != 10**self.decimals:
            raise ValueError("第一个单位应等于 10 的 decimals 次方个最小单位")
        return self

    @property
    def unit(self) -> str:
        """The unit that it is shown in."""
        return next(iter(self.units))

    def shown(self, amount: int) -> Decimal:
        """So many smallest units in the unit that is shown, exactly."""
        return Decimal(amount).scaleb(-self.decimals)

    def said(self, amount: int) -> str:
        """The same for people: `48,790,000.00元`."""
        return f"{self.shown(amount):,.{self.decimals}f}{self.unit}"


class GoodsList(BaseModel):
    """Everything that the ledger of an installation counts; among what the service uses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    goods: Annotated[tuple[Goods, ...], Field(min_length=1)]

    @classmethod
    def load(cls, path: Path = SHIPPED) -> Self:
        """The list in this file. Raises `BadFile`."""
        return read_yaml(path, cls)

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        for said in ([one.code for one in self.goods], [one.name for one in self.goods]):
            if len(set(said)) < len(said):
                raise ValueError("编码和名称都不能重复")
        return self

    def of(self, code: str) -> Goods:
        """The one with this code. Raises `NoSuchGoods`."""
        for one in self.goods:
            if one.code == code:
                return one
        raise NoSuchGoods(commodity=code)

    def named(self, name: str) -> Goods | None:
        """The one with this name or code."""
        return next((one for one in self.goods if name in {one.name, one.code}), None)
