"""`lianxin calendar` and `lianxin clocks`, beside the running service."""

import asyncio
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import Result
from sqlmodel import col, select
from typer.testing import CliRunner

from chassis.calendar import TABLE, WorkCalendar
from chassis.clock import SHANGHAI, SetClock
from chassis.ring import ring_in
from chassis.tables import AUDIT
from profiles.cli import app
from services.tasks.clocks.limits import latest_promise
from services.tasks.clocks.model import Clock, ClockKind
from tests.tasks.clocks.test_opened import NEW_YEAR, accepted, clock_of, done
from tests.tasks.conftest import Village

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("village", ["sqlite"], indirect=True)]


async def lianxin(village: Village, home: Path, monkeypatch: pytest.MonkeyPatch, *words: object) -> Result:
    """A command, in a process of its own as it were, at the village's hour."""
    for name in ("LIANXIN_DATABASE", "LIANXIN_HOME", "LIANXIN_WORK_CALENDAR"):
        monkeypatch.delenv(name, raising=False)
    SetClock(home / "clock").set(village.clock.now())
    monkeypatch.setenv("LIANXIN_CLOCK", str(home / "clock"))
    monkeypatch.setenv("LIANXIN_DEVELOPMENT", "1")
    ring_in(home / "vault.key").read()
    return await asyncio.to_thread(CliRunner().invoke, app, [*map(str, words), "--home", str(home)])


async def test_a_new_calendar_is_checked_then_applied_and_then_by_order_moves_what_runs(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await accepted(village)
    file = tmp_path / "2027.csv"
    file.write_text(TABLE.read_text(encoding="utf-8") + NEW_YEAR, encoding="utf-8")

    shown = await lianxin(village, tmp_path, monkeypatch, "calendar", "show", "--year", 2027)
    assert "已公布的年份：2004 至 2026" in shown.output
    assert "2027 年的放假安排尚未公布（暂定）" in shown.output

    checked = await lianxin(village, tmp_path, monkeypatch, "calendar", "check", file)
    assert checked.exit_code == 0, checked.output
    assert f"2027-01-01 → 2027-01-04，暂定转为确定  {case}  首次联系  村支部" in checked.output
    assert "会变动 1 个时限" in checked.output
    assert latest_promise((await clock_of(village, case, ClockKind.CONTACT)).due_at).day == 1

    applied = await lianxin(village, tmp_path, monkeypatch, "calendar", "apply", file)
    assert "另有 1 个正在计时的时限仍按原日历" in applied.output
    for _ in range(100):  # the running service looks every second
        async with village.stand.mounted.sessions() as session:
            version = session.use(WorkCalendar).version
        if version in applied.output:
            break
        await asyncio.sleep(0.1)
    assert version in applied.output
    assert latest_promise((await clock_of(village, case, ClockKind.CONTACT)).due_at).day == 1

    moved = await lianxin(village, tmp_path, monkeypatch, "calendar", "apply", file, "--move-open")
    assert "已改动 1 个时限" in moved.output
    assert latest_promise((await clock_of(village, case, ClockKind.CONTACT)).due_at).day == 4
    shown = await lianxin(village, tmp_path, monkeypatch, "calendar", "show", "--year", 2027)
    assert "2027-01-01  休息  元旦  国办发明电〔2026〕1号（试样）" in shown.output


async def test_a_faulty_calendar_is_refused_with_its_line(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("date,kind,name,source\n2027-01-04,work,元旦,通知\n", encoding="utf-8")
    refused = await lianxin(village, tmp_path, monkeypatch, "calendar", "apply", file)
    assert refused.exit_code == 1
    assert "bad.csv 第 2 行" in refused.output


async def test_a_case_is_explained_minute_by_minute(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = str((await village.submit())["id"])
    await done(village, f"/requests/{case}/promise", village.people.agent, promised_on="2026-11-18")
    village.clock.at = datetime(2026, 11, 17, 10, 0, tzinfo=SHANGHAI)
    await done(village, f"/requests/{case}/pause", village.people.agent, reason="papers")
    village.clock.at = datetime(2026, 11, 18, 10, 0, tzinfo=SHANGHAI)
    told = await lianxin(village, tmp_path, monkeypatch, "clocks", "explain", case)
    assert told.exit_code == 0, told.output
    assert "■ 办结（第 1 次）  挂起，不计时" in told.output
    assert "2026-11-17 10:00 — 2026-11-18 10:00  1440 分钟  挂起，不计时  挂起：等待群众补充材料" in told.output
    assert "新华网贵州频道 2023-06-28 报道（C5）" in told.output
    missing = await lianxin(village, tmp_path, monkeypatch, "clocks", "explain", UUID(int=7))
    assert (missing.exit_code, "没有这件事项" in missing.output) == (1, True)
    odd = await lianxin(village, tmp_path, monkeypatch, "clocks", "explain", "七号")
    assert odd.exit_code == 2


async def test_a_changed_rule_is_previewed_and_carried_out_with_a_reason(
    village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.tasks.rules.pack import QINGLONG

    case = str((await village.submit())["id"])
    changed = tmp_path / "county.yaml"
    text = QINGLONG.read_text(encoding="utf-8")
    changed.write_text(
        text.replace("name: 求助类办结时限\n    value: 5", "name: 求助类办结时限\n    value: 7"), "utf-8"
    )
    monkeypatch.setenv("LIANXIN_RULE_PACK", str(changed))
    seen = await lianxin(village, tmp_path, monkeypatch, "clocks", "reorder", "finish.help")
    assert f"2026-11-21 → 2026-11-23  {case}  办结  村支部" in seen.output
    assert "什么也没有改动" in seen.output
    bare = await lianxin(village, tmp_path, monkeypatch, "clocks", "reorder", "finish.help", "--order")
    assert bare.exit_code == 2
    words = ("clocks", "reorder", "finish.help", "--order", "--reason", "notice-2026-3")
    done_ = await lianxin(village, tmp_path, monkeypatch, *words)
    assert "已改动 1 个时限" in done_.output
    async with village.stand.mounted.sessions() as session:
        clock = await session.first(
            select(Clock).where(col(Clock.request_id) == UUID(case), col(Clock.kind) == ClockKind.FINISH)
        )
        assert clock is not None
        assert latest_promise(clock.due_at).day == 23
        rows = await session.all(select(AUDIT.c.action, AUDIT.c.about, AUDIT.c.reason))
    assert ("reorder_clocks", "finish.help", "notice-2026-3") in rows
    unknown = await lianxin(village, tmp_path, monkeypatch, "clocks", "reorder", "no.such.rule")
    assert unknown.exit_code == 1
