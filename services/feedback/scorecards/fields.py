"""What a formula may speak of: the fields of a case record that are declared here, and no person's."""

from enum import StrEnum
from typing import NamedTuple

from contracts.bulletin import BulletinChannel
from services.feedback.cases.model import CaseRecord
from services.feedback.tables import Table


class Sort(StrEnum):
    """What can be compared with what."""

    WORD = "文字"
    NUMBER = "数字"
    INSTANT = "时间"
    TRUTH = "是否"


class Declared(NamedTuple):
    """A column of a case record by its name, what it is in words, and, where they are known, the words it may hold."""

    sort: Sort
    title_zh: str
    words: frozenset[str] = frozenset()


FIELDS = {
    "kind": Declared(
        Sort.WORD,
        "事项类别",
        frozenset({"appointment", "enquiry", "help", "suggestion", "complaint", "report"}),
    ),
    "item_code": Declared(Sort.WORD, "办事指南编码"),
    "channel": Declared(Sort.WORD, "受理渠道"),
    "heading": Declared(Sort.WORD, "通报中的渠道类别", frozenset(BulletinChannel)),
    "submitted_at": Declared(Sort.INSTANT, "提交时间"),
    "finish_due_at": Declared(Sort.INSTANT, "办结时限：到这一刻即逾期"),
    "turn": Declared(Sort.NUMBER, "派单次数，未派单为 0"),
    "accept_due_at": Declared(Sort.INSTANT, "签收时限；退回待派时为空"),
    "accepted_at": Declared(Sort.INSTANT, "最近一次签收时间"),
    "accepted_in_time": Declared(Sort.TRUTH, "在签收时限内签收"),
    "contact_in_time": Declared(Sort.TRUTH, "在联系时限内联系过群众；未联系且时限未到的为空"),
    "promised_at": Declared(Sort.INSTANT, "首次承诺的时间"),
    "promise_due_at": Declared(Sort.INSTANT, "首次承诺日期之后的零点：到这一刻即失诺"),
    "round": Declared(Sort.NUMBER, "办结过几轮，未办结为 0"),
    "handled_at": Declared(Sort.INSTANT, "首次办结时间"),
    "handled_in_time": Declared(Sort.TRUTH, "首轮在办结时限内办结"),
    "solved": Declared(Sort.WORD, "群众最近一次回答是否解决", frozenset({"yes", "partly", "no"})),
    "judged_at": Declared(Sort.INSTANT, "群众最近一次回答的时间"),
    "rated_round": Declared(Sort.NUMBER, "最近一次被评价的是第几轮，未评价为 0"),
    "rated_bad": Declared(Sort.TRUTH, "最近一次评价是差评"),
    "silent_round": Declared(Sort.NUMBER, "最近一次到期未评价的是第几轮，没有为 0"),
    "set_aside_round": Declared(Sort.NUMBER, "经两人认定差评不实的是第几轮，没有为 0"),
    "rectifications_opened": Declared(Sort.NUMBER, "启动过几次整改"),
    "rectifications_verified": Declared(Sort.NUMBER, "复核通过几次整改"),
}
"""Who asked, who handled it and who is complained of are not among them: no formula is about a person."""

COLUMNS = Table.metadata.tables[str(CaseRecord.__tablename__)].c
