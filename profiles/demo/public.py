"""What a month brings about besides cases, and where everybody can read it afterwards."""

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from random import Random
from typing import Self

from rich.console import Console

from profiles.demo.deciding import Village
from profiles.demo.judging import Judged, Praised
from profiles.demo.scene import Scene
from profiles.demo.show import DISTRICT
from profiles.demo.story import Story
from profiles.demo.voting import Term


@dataclass
class Public:
    """Three villages, of which one takes part, one is judged below the line, one is praised; a term; and a report."""

    scene: Scene
    village: Village
    judged: Judged
    praised: Praised
    term: Term
    report_id: str = ""

    @classmethod
    async def gather(cls, scene: Scene, codes: Sequence[str], *, stories: Sequence[Story], seed: int) -> Self:
        """Find who is in office in three villages; whoever is served in a story may vote."""
        taking_part, judged, praised = [await scene.place(code) for code in codes]
        term = Term(scene, stories, Random(seed))
        return cls(scene, Village(scene, taking_part), Judged(scene, judged), Praised(scene, praised), term)

    def acts(self) -> list[Coroutine[None, None, None]]:
        """What is played side by side with the cases."""
        village = self.village
        return [
            *(village.disclose(), village.consult(), village.hear(), village.decide()),
            *(self.judged.play(), self.praised.play(), self.term.play()),
        ]

    async def report(self) -> None:
        """The month is over: its report is issued, frozen as it stands then, unless that was done by itself."""
        caller, month = self.scene.caller, f"{self.scene.first:%Y-%m}"
        operator = self.scene.cast.operators(DISTRICT)[0]
        about = {"unit": "division", "code": DISTRICT}
        there = await caller.get("/api/feedback/reports", by=operator, **about)
        issued = [one["id"] for one in there["items"] if one["period"] == month and one["newest"]]
        if not issued:
            made = await caller.post("/api/feedback/reports", by=operator, **about, period=month)
            issued = [made["report"]["id"]]
        self.report_id = issued[0]

    def pages(self) -> list[tuple[str, str, str]]:
        """What there is to look at in a browser without signing in: in Chinese, in English, and where."""
        village, judged = self.village, self.judged
        here, loved = village.place, self.praised.place
        whole = f"code={DISTRICT}&month={self.scene.first:%Y-%m}"
        return [
            ("公开信息从这里开始", "where the public pages begin", "/public"),
            ("各街道乡镇的承诺兑现", "how promises were kept", f"/public/figures?{whole}"),
            ("匿名测评，按村、乡镇分单元", "anonymous ballots by cell", f"/public/ballots?code={DISTRICT}"),
            (f"{judged.place.name}：测评低于达标线", "a survey below the line", f"/public/surveys/{judged.survey_id}"),
            (f"{judged.place.name}：整改后再测", "the same asked again", f"/public/surveys/{judged.again_id}"),
            (f"{loved.name}的测评", "surveys of another village", f"/public/surveys?code={loved.code}"),
            ("受表彰的单位", "who is praised", "/public/honours"),
            (f"{here.name}的村务公开", "a village's disclosures", f"/public/disclosures?code={here.code}"),
            ("到期没有公开的一项", "one that is missing", f"/public/disclosures/{village.missing_id}"),
            ("四议两公开的决议和实施", "a resolution, carried out", f"/public/decisions/{village.matter_id}"),
            ("听证的问题、答复和决定", "a hearing", f"/public/hearings/{village.hearing_id}"),
            ("方案和逐条答复的意见", "a plan with suggestions", f"/public/consultations/{village.consultation_id}"),
            ("异议、剔除和抽查的件数", "what was contested and left out", f"/public/oversight?{whole}"),
        ]

    def print_where(self, console: Console, *, address: str) -> None:
        """Where each can be looked at, whole on its line; and what only those in office read, with who may."""

        def say(words: str) -> None:
            console.print(words, soft_wrap=True, highlight=False, markup=False)

        say("\n不用登录，在浏览器中就能看 / to look at in a browser, without signing in:")
        for zh, en, path in self.pages():
            say(f"  {zh} / {en}\n    {address}{path}")
        operator = self.scene.cast.operators(DISTRICT)[0]
        owner = self.judged.place.township_secretary
        say("\n登录以后看 / signed in:")
        for zh, en, who, path in (
            ("月报告，已冻结", "the month's frozen report", operator, f"/reports/{self.report_id}"),
            ("未达标的测评和再测", "shortfalls, and asked again", owner, "/shortfalls"),
            ("问责和表彰", "accountability and praise", owner, "/accountability"),
        ):
            say(f"  {zh} / {en}：{who.name}，人员编号 {who.person_id}，登录码 {who.code}")
            say(f"    {address}/api/feedback{path}")
