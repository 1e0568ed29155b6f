"""How people take part: decisions and meetings of villages, hearings, and drafts that are open to suggestions."""

from collections.abc import Iterator, Sequence

from gateway.json import Document
from gateway.public.html import Html, facts, link, note, put, table, tag, words
from gateway.public.page import Asked, PublicPage, Question, feedback
from gateway.public.reading import inner, instant, rows, text
from gateway.public.shared import onward


def _asks_decisions(asked: Asked) -> Sequence[Question]:
    return [feedback("/village-decisions", asked, code=asked.code)]


def _shows_decisions(asked: Asked, told: Sequence[Document]) -> Html:
    lines = (
        (
            text(one, "village"),
            link(text(one, "title"), _one(asked, "decisions", one)),
            text(one, "number_zh"),
            text(one, "resolved_on"),
            text(one, "stage_zh"),
            text(one, "carry_out_by"),
        )
        for one in rows(told[0])
    )
    return put(
        note(text(told[0], "note_zh")),
        tag("p", link("将要召开的村民会议", asked.to("/meetings"))),
        table(("村（社区）", "议题", "决议", "决议日期", "进展", "应完成"), lines, empty="这里还没有公开过决议。"),
        onward(asked, text(told[0], "next_cursor")),
    )


def _asks_decision(asked: Asked) -> Sequence[Question]:
    return [Question("feedback", f"/village-decisions/{asked.id}")]


def _shows_decision(asked: Asked, told: Sequence[Document]) -> Html:
    said = told[0]
    one = inner(said, "matter")
    head = ("会议", "时间地点", "应到", "实到", "赞成", "反对", "弃权", "结果", "规则")
    return put(
        tag("h2", f"{text(one, 'village')}：{text(one, 'title')}"),
        facts(
            ("决议", f"{text(one, 'number_zh')}　{text(one, 'resolved_on')}"),
            ("进展", text(one, "stage_zh")),
            ("应完成", text(one, "carry_out_by")),
            ("验收", text(one, "carried_out_on")),
        ),
        words(text(said, "words")),
        tag("h2", "怎样议决"),
        table(head, _meetings(rows(said, "meetings")), empty="没有会议记录。"),
        tag("h2", "两公开"),
        table(
            ("公开", "内容", "起止", "异议"),
            (
                (
                    text(each, "kind_zh"),
                    text(each, "words"),
                    f"{text(each, 'published_on')} 至 {text(each, 'until')}",
                    f"{text(each, 'objections')} 件，成立 {text(each, 'upheld')} 件",
                )
                for each in rows(said, "notices")
            ),
            empty="还没有公开。",
        ),
        tag("p", link("全部决议", asked.to("/decisions"))),
    )


def _meetings(held: Sequence[Document]) -> Iterator[tuple[str, ...]]:
    counts = ("entitled", "attended", "in_favour", "against", "abstained", "outcome_zh", "rule_zh")
    for one in held:
        where = f"{instant(one, 'meets_at')} {text(one, 'place')}"
        yield text(one, "kind_zh"), where, *(text(one, name) for name in counts)


def _asks_meetings(asked: Asked) -> Sequence[Question]:
    return [feedback("/village-decisions/meetings", asked, code=asked.code)]


def _shows_meetings(asked: Asked, told: Sequence[Document]) -> Html:
    names = ("village", "kind_zh", "place", "agenda", "rule_zh")
    lines = ((instant(one, "meets_at"), *(text(one, name) for name in names)) for one in rows(told[0]))
    head = ("时间", "村（社区）", "会议", "地点", "议程", "规则")
    return put(table(head, lines, empty="近期没有村民会议。"), onward(asked, text(told[0], "next_cursor")))


def _asks_hearings(asked: Asked) -> Sequence[Question]:
    return [feedback("/hearings", asked, code=asked.code)]


def _shows_hearings(asked: Asked, told: Sequence[Document]) -> Html:
    lines = (
        (
            text(one, "village"),
            link(text(one, "title"), _one(asked, "hearings", one)),
            f"{instant(one, 'meets_at')} {text(one, 'place')}",
            text(one, "stage_zh"),
            f"{text(one, 'decide_by')} {'已超期' if text(one, 'overdue') == '是' else ''}",
        )
        for one in rows(told[0])
    )
    head = ("村（社区）", "听证事项", "时间地点", "进展", "最迟作决定")
    return put(table(head, lines, empty="这里还没有听证会。"), onward(asked, text(told[0], "next_cursor")))


def _asks_hearing(asked: Asked) -> Sequence[Question]:
    return [Question("feedback", f"/hearings/{asked.id}")]


def _shows_hearing(asked: Asked, told: Sequence[Document]) -> Html:
    said = told[0]
    one = inner(said, "hearing")
    lines = (
        [text(each, name) for name in ("words", "answer", "response_zh", "reason")] for each in rows(said, "questions")
    )
    return put(
        tag("h2", f"{text(one, 'village')}：{text(one, 'title')}"),
        words(text(said, "words")),
        facts(
            ("时间地点", f"{instant(one, 'meets_at')} {text(one, 'place')}"),
            ("进展", text(one, "stage_zh")),
            ("名额", text(said, "seats")),
            ("报名", text(said, "signed_up")),
            ("到会", text(said, "attended")),
            ("抽签种子", text(said, "seed")),
            ("决定日期", text(one, "decided_on")),
        ),
        note(text(one, "next_zh")),
        tag("h2", "决定"),
        words(text(said, "decision")) or note("还没有作决定。"),
        tag("h2", "问题和答复"),
        table(("问题", "答复", "是否采纳", "理由"), lines, empty="还没有已答复的问题。"),
        tag("p", link("全部听证", asked.to("/hearings"))),
    )


def _asks_consultations(asked: Asked) -> Sequence[Question]:
    return [feedback("/consultations", asked, code=asked.code)]


def _shows_consultations(asked: Asked, told: Sequence[Document]) -> Html:
    lines = (
        (
            text(one, "name"),
            link(text(one, "title"), _one(asked, "consultations", one)),
            f"{text(one, 'from_on')} 至 {text(one, 'to_on')}",
            text(one, "stage_zh"),
            f"{text(one, 'made')} 条，未答复 {text(one, 'unanswered')} 条",
        )
        for one in rows(told[0])
    )
    head = ("地方", "草案", "征求意见", "进展", "意见")
    return put(table(head, lines, empty="这里没有征求意见的草案。"), onward(asked, text(told[0], "next_cursor")))


def _asks_consultation(asked: Asked) -> Sequence[Question]:
    path = f"/consultations/{asked.id}"
    return [Question("feedback", path), feedback(f"{path}/suggestions", asked)]


def _shows_consultation(asked: Asked, told: Sequence[Document]) -> Html:
    said, made = told
    one = inner(said, "consultation")
    counts = "，".join(f"{text(each, 'adoption_zh')} {text(each, 'many')}" for each in rows(said, "adoptions"))
    names = ("made_on", "wording", "adoption_zh", "reason")
    return put(
        tag("h2", f"{text(one, 'name')}：{text(one, 'title')}"),
        facts(
            ("由谁决定", text(one, "decides")),
            ("征求意见", f"{text(one, 'from_on')} 至 {text(one, 'to_on')}"),
            ("进展", text(one, "stage_zh")),
            ("意见", f"{text(one, 'made')} 条；{counts}"),
        ),
        note(text(one, "next_zh")),
        words(text(said, "draft")),
        tag("h2", "决定"),
        words(text(said, "outcome")) or note("还没有决定。"),
        tag("h2", "提出的意见"),
        table(
            ("日期", "意见", "是否采纳", "理由"),
            ([text(each, name) for name in names] for each in rows(made)),
            empty="还没有可以公开的意见。",
        ),
        onward(asked, text(made, "next_cursor")),
        tag("p", link("全部草案", asked.to("/consultations"))),
    )


def _one(asked: Asked, what: str, one: Document) -> str:
    return asked.to(f"/{what}/{text(one, 'id')}")


DECISIONS = PublicPage(
    path="/decisions",
    title="村里的决议",
    about="四议两公开的决议，办到哪一步了",
    asks=_asks_decisions,
    shows=_shows_decisions,
    needs_place=True,
)
DECISION = PublicPage(path="/decisions/{id}", title="决议", asks=_asks_decision, shows=_shows_decision)
MEETINGS = PublicPage(path="/meetings", title="村民会议", asks=_asks_meetings, shows=_shows_meetings, needs_place=True)
HEARINGS = PublicPage(
    path="/hearings",
    title="听证",
    about="村民听证的问题、答复和决定",
    asks=_asks_hearings,
    shows=_shows_hearings,
    needs_place=True,
)
HEARING = PublicPage(path="/hearings/{id}", title="听证", asks=_asks_hearing, shows=_shows_hearing)
CONSULTATIONS = PublicPage(
    path="/consultations",
    title="征求意见",
    about="还没有定的方案，大家提了什么，采纳没有",
    asks=_asks_consultations,
    shows=_shows_consultations,
    needs_place=True,
)
CONSULTATION = PublicPage(
    path="/consultations/{id}", title="征求意见", asks=_asks_consultation, shows=_shows_consultation
)
