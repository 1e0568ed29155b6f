"""Working a published draw out again, line by line, from what its public record says and nothing else."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.tasks.samples import drawing

Hex = Annotated[str, StringConstraints(pattern=drawing.SECRET)]


class Unit(BaseModel):
    """One unit of the frozen list."""

    model_config = ConfigDict(extra="ignore")

    code: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\n]*$")]


class Revealed(BaseModel):
    """What one officer had committed to."""

    model_config = ConfigDict(extra="ignore")

    value: Hex
    salt: Hex


class Record(BaseModel):
    """What of a public record is needed to work it out again; more may stand there."""

    model_config = ConfigDict(extra="ignore")

    algorithm: str
    draw_id: UUID
    share: Annotated[int, Field(ge=1, le=100)]
    units: list[Unit]
    units_sha256: Hex
    commitments: Annotated[list[Hex], Field(min_length=2, max_length=2)]
    published: Hex
    revealed: Annotated[list[Revealed], Field(min_length=2, max_length=2)]
    seed: Hex
    seed_and_units_sha256: Hex
    drawn: list[str]
    result_sha256: Hex


def verify(record: Record) -> Iterator[tuple[str, bool]]:
    """Each line of the record that was worked out again, in Chinese, and whether it came out the same."""
    yield f"算法为 {drawing.ALGORITHM}", record.algorithm == drawing.ALGORITHM
    codes = [unit.code for unit in record.units]
    once = len(set(codes)) == len(codes)
    yield f"单位名单 {len(codes)} 个，无重复", once
    if not once:
        return
    units = drawing.units_sha256(codes)
    yield "名单摘要 units_sha256", units == record.units_sha256
    for place, (said, shown) in enumerate(zip(record.commitments, record.revealed, strict=True), 1):
        made = drawing.commitment(record.draw_id, place, value=shown.value, salt=shown.salt)
        yield f"第{place}位抽样人的承诺与公开的值一致", made == said
    announced = drawing.published(record.draw_id, share=record.share, units=units, commitments=record.commitments)
    yield "事前公布的摘要 published", announced == record.published
    result = drawing.draw(codes, share=record.share, values=[shown.value for shown in record.revealed])
    yield "种子 seed", result.seed == record.seed
    yield "种子与名单摘要 seed_and_units_sha256", result.seed_and_units_sha256 == record.seed_and_units_sha256
    yield f"抽中 {len(result.drawn)} 个单位（不少于 {record.share}%）", list(result.drawn) == record.drawn
    yield "结果摘要 result_sha256", result.result_sha256 == record.result_sha256
