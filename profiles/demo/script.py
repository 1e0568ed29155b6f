"""What is played: a month of cases, dealt from one seed in the proportions of the bulletin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import chain, repeat
from random import Random
from typing import TypeVar

from chassis.clock import SHANGHAI
from profiles.demo.proportions import ANSWERED_ONLINE, CHANNELS, DISPATCHED, PLAYED_AS, TYPES, deal
from services.tasks.requests.channels import Channel
from services.tasks.rules.pack import MatterKind

Card = TypeVar("Card")

BY_ERRAND = 0.5  # of the calls for help: an errand of the catalogue, the others in free words
HOURS = range(8, 20)  # of a day, in which people ask
WEEKEND = 0.4  # as many as on a working day

WORDINGS = {
    MatterKind.ENQUIRY: ("医保报销需要准备哪些材料？", "低保什么时候可以申请？", "老年证在哪里办理，要不要照片？"),
    MatterKind.SUGGESTION: ("建议在村口加装一盏路灯。", "建议文化室周末也开放。", "建议垃圾桶放得离水井远一些。"),
    MatterKind.REPORT: ("有人把建筑垃圾倒在水渠边。", "晚上有人在河边烧秸秆。", "楼道里堆放杂物，堵住了通道。"),
    MatterKind.HELP: ("家门口的水管漏水，请人来看看。", "老人行动不便，想请人代取药。", "灌溉渠堵了，田里进不了水。"),
    MatterKind.COMPLAINT: (
        "修路以后一直没有恢复排水沟。",
        "反映过的噪声一直没有人管。",
        "公示栏两个月没有更新。",
    ),
}


@dataclass(frozen=True, slots=True)
class Month:
    """A month of local time."""

    first: date

    @property
    def begins_at(self) -> datetime:
        """Its first instant, in Asia/Shanghai."""
        return datetime.combine(self.first, time(), SHANGHAI)

    @property
    def ends_at(self) -> datetime:
        """The first instant after it."""
        return datetime.combine((self.first + timedelta(days=31)).replace(day=1), time(), SHANGHAI)

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Part:
    """One case as it is dealt. What is left open, such as how it is judged, comes from its own `random`."""

    number: int
    channel: Channel
    type_name: str  # of the bulletin: T1 to T5
    kind: MatterKind
    village: str
    submitted_at: datetime
    answered_on_the_spot: bool
    shown: bool  # the one whose whole history is printed at the end
    random: Random


def deal_parts(total: int, *, seed: int, month: Month, villages: Sequence[str]) -> list[Part]:
    """So many cases of a month, in the order of submission; the same seed deals the same."""
    random = Random(seed)  # nothing here is secret
    channels = _cards(random, total, CHANNELS)
    types = _cards(random, total, TYPES)
    on_the_spot = _cards(random, total, ((True, ANSWERED_ONLINE), (False, DISPATCHED)))
    days = [month.first + timedelta(days=number) for number in range((month.ends_at - month.begins_at).days)]
    weights = [WEEKEND if day.weekday() >= 5 else 1.0 for day in days]
    instants = sorted(
        datetime.combine(day, time(random.choice(HOURS)), SHANGHAI) for day in random.choices(days, weights, k=total)
    )
    return [
        Part(
            number=number,
            channel=channels[number],
            type_name=types[number],
            kind=PLAYED_AS[types[number]],
            village=random.choice(villages),
            submitted_at=instants[number],
            answered_on_the_spot=on_the_spot[number] and number > 0,
            shown=number == 0,
            random=Random(f"{seed}/{number}"),
        )
        for number in range(total)
    ]


def _cards(random: Random, total: int, weights: Sequence[tuple[Card, int]]) -> list[Card]:
    parts = deal(total, [weight for _, weight in weights])
    cards = list(chain.from_iterable(repeat(card, count) for (card, _), count in zip(weights, parts, strict=True)))
    random.shuffle(cards)
    return cards
