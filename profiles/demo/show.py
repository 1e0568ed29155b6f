"""What is printed when the month is over: scorecards, one case's history, a plan, and who may sign in."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from chassis.clock import SHANGHAI
from profiles.demo.cast import Answer, Caller, Cast, Player
from profiles.demo.plan import Plan
from profiles.demo.proportions import CHANNELS, PLAYED_AS, TYPES
from profiles.demo.script import Month
from profiles.demo.story import Story

DISTRICT = "430702000000"
UNITS_SHOWN = 4  # townships, and villages: those with the most cases


async def print_scorecards(console: Console, caller: Caller, *, by: Player, month: Month) -> None:
    """The district's figures, and those of some townships and villages; numerator/denominator and percent."""
    whole = await caller.get("/api/feedback/scorecards", by=by, unit="division", code=DISTRICT, month=str(month))
    busiest = [whole["unit"]]
    for level in ("township", "village"):
        cards = await _all_cards(caller, by=by, level=level, month=month)
        busiest += sorted(cards, key=lambda card: (-_cases(card), card["code"]))[:UNITS_SHOWN]
    title = f"{month} 考核表（按提交月份；件数最多的几个单位）"
    table = Table(title=title, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("单位", overflow="fold")
    for indicator in whole["indicators"]:
        table.add_column(indicator["name"], justify="right", overflow="fold")
    for card in busiest:
        table.add_row(Text(card["name"]), *map(_figure, card["figures"]))
    console.print(table)


async def print_history(console: Console, caller: Caller, story: Story) -> None:
    """Everything that happened to one case, with what the person served said of it, as they see it themselves."""
    case = await caller.get(f"/api/tasks/requests/{story.request_id}", by=story.requester)
    asked = await caller.get("/api/feedback/invitations", by=story.requester, limit="100")
    choices = await caller.get("/api/feedback/invitations/choices", by=story.requester)
    words = {choice["rating"]: choice["title_zh"] for choice in choices["ratings"]}
    names = {person_id: player.name for person_id, player in story.cast.by_id.items()}
    served = story.requester.name if story.requester else ""
    told = [(_instant(one["at"]), one["what_zh"], _name(one["by"], names) or served) for one in case["history"]]
    told += [
        (_instant(one["rated_at"]), f"第 {one['round']} 轮评价：{words[one['rating']]}（承办人看不到）", served)
        for one in asked["items"]
        if one["request_id"] == story.request_id and one["rating"]
    ]
    what = case["item_zh"] or case["kind_zh"]
    table = Table("时间", "经过", "谁", title=f"一件事的全部经过：{what}，{case['stage_zh']}", box=box.SIMPLE_HEAD)
    for at, happened, who in sorted(told, key=lambda one: one[0]):
        table.add_row(f"{at.astimezone(SHANGHAI):%m-%d %H:%M}", Text(happened), Text(who))
    console.print(table)


async def print_plan(console: Console, caller: Caller, plan: Plan, *, address: str) -> None:
    """How far a street's plan is, as counted from what its villages did; and the letter that anybody can check."""
    by = plan.cast.cadres(plan.village)[0]
    made = await caller.get(f"/api/tasks/checklists/{plan.checklist_id}", by=by)
    items = await caller.get(f"/api/tasks/checklists/{plan.checklist_id}/items", by=by)
    table = Table("事项", "时限", "分解", "已签收", "已完成", "逾期", "完成", title=made["title"], box=box.SIMPLE_HEAD)
    for line in [*items["items"], {"title": "合计", "due_on": "", "progress": made["progress"]}]:
        told = line["progress"]
        counts = (told["leaves"], told["signed"], told["done"], told["late"])
        table.add_row(line["title"], line["due_on"], *map(str, counts), f"{told['share']}%")
    console.print(table)
    letter, signed = plan.letter["letter"], plan.letter["versions"][0]
    check = f"{address}/api/tasks/letters/checks/{letter['number']}/{signed['text_digest']}/page"
    console.print(f"{letter['number']}号责任书已签字、会签，任何人可以核对：", highlight=False)
    console.print(check, soft_wrap=True, highlight=False, markup=False)


def print_dealt(console: Console, stories: Sequence[Story]) -> None:
    """How many cases came in by each channel, and of each type."""
    channels = Counter(story.part.channel for story in stories)
    types = Counter(story.part.type_name for story in stories)
    console.print("渠道：" + "，".join(f"{one.title_zh} {channels[one]}" for one, _ in CHANNELS), highlight=False)
    played = "，".join(f"{name}（以{PLAYED_AS[name].title_zh}代）{types[name]}" for name, _ in TYPES)
    console.print(f"类型：{played}。公报没有写明五类的名称，对应关系是演示自定的。", highlight=False)


def print_sign_ins(console: Console, cast: Cast, story: Story, *, address: str) -> None:
    """Three people to sign in as, each with a line for the shell."""
    supervisor = cast.supervisors(story.part.village, of_district=False)[0]
    for role, player in (("群众", story.requester), ("这位群众的代办员", story.agent), ("街道督查员", supervisor)):
        if player is None:
            continue
        console.print(f"\n{role} {player.name}：人员编号 {player.person_id}，登录码 {player.code}", highlight=False)
        body = json.dumps({"person_id": player.person_id, "code": player.code})
        line = f"curl -s {address}/api/members/sign-in/development -H 'Content-Type: application/json' -d '{body}'"
        console.print(line, soft_wrap=True, highlight=False, markup=False)


async def _all_cards(caller: Caller, *, by: Player, level: str, month: Month) -> list[Answer]:
    cards: list[Answer] = []
    place = ""
    while True:
        page = await caller.get(
            "/api/feedback/scorecards/list", by=by, level=level, month=str(month), cursor=place, limit="100"
        )
        cards += page["units"]
        if page["next_cursor"] is None:
            return cards
        place = page["next_cursor"]


def _cases(card: Answer) -> int:
    return max(int(figure["denominator"]) for figure in card["figures"])


def _figure(figure: Answer) -> str:
    percent = "—" if figure["percent"] is None else f"{figure['percent']}%"
    return f"{figure['numerator']}/{figure['denominator']}\n{percent}"


def _instant(at: str) -> datetime:
    return datetime.fromisoformat(at)


def _name(person_id: str | None, names: dict[str, str]) -> str | None:
    """Of somebody in office; nobody for what the system did by itself, and None for the person served."""
    return "系统" if person_id is None else names.get(person_id)
