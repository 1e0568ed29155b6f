"""A village takes part: what it discloses and what it does not, a plan, a hearing, and a decision in four steps."""

from dataclasses import dataclass

from profiles.demo.cast import Answer
from profiles.demo.scene import Place, Scene
from profiles.demo.story import PICTURE

STEPS = (("branch", 0), ("committees", 1), ("members", 5), ("representatives", 9))
"""Meetings of a decision, and on which day each is; each is called when the one before is over."""
SPOKEN = (
    ("请把路灯装到三组岔路口，那里晚上最暗。", "adopted", "岔路口增加一盏，已写入方案。"),
    ("希望装太阳能的，不用村里出电费。", "partly", "主路用太阳能，背阴处仍接电。"),
    ("能不能每户门口都装一盏？", "not", "预算不够，先装公共路口。"),
)
ASKED = ("五保户收不收？", "钱由谁管，账在哪里看？")
IN_THE_ROOM = "外出打工的人家怎么算？"


@dataclass
class Village:
    """One village's month; the ids are known once it has come that far."""

    scene: Scene
    place: Place
    disclosed_id: str = ""
    missing_id: str = ""
    consultation_id: str = ""
    hearing_id: str = ""
    matter_id: str = ""

    async def disclose(self) -> None:
        """One event is made public in time, asked about and answered; another is not, and is missing on its day."""
        scene, place = self.scene, self.place
        await scene.on(2)
        events = [await self._listed(event) for event in ("三组道路硬化", "村部屋顶维修")]
        self.disclosed_id, self.missing_id = (str(one["id"]) for one in events)
        await scene.on(4)
        path = f"/api/feedback/disclosures/{self.disclosed_id}"
        figures = [
            {"title": "水泥", "amount": "36000.00", "unit": "元"},
            {"title": "投工", "amount": "120", "unit": "工日"},
        ]
        words = "道路硬化 300 米，四月三十日完工，由村民代表验收。"
        await scene.caller.post(f"{path}/editions", by=place.secretary, words=words, figures=figures)
        await scene.caller.post(f"{path}/confirmation", by=place.cadre)
        await scene.on(6)
        asked = await scene.caller.post(f"{path}/questions", by=place.villagers[0], words="修路一共花了多少钱？")
        await scene.on(8)
        question = f"/api/feedback/disclosure-questions/{asked['id']}"
        await scene.caller.post(f"{question}/answer", by=place.secretary, words="水泥 3.6 万元，其余为投工投劳。")
        await scene.caller.post(f"{question}/wording", by=place.cadre, wording="修路一共花了多少钱？")

    async def consult(self) -> None:
        """A plan is shown before it is decided; every suggestion is answered."""
        scene, place = self.scene, self.place
        await scene.on(1)
        made = await scene.caller.post(
            "/api/feedback/consultations",
            by=place.cadre,
            division_code=place.code,
            title="村组路灯安装方案",
            draft="拟在村组主路装路灯二十盏，镇里出灯，村里出工，电费由村集体承担。装在哪里，请大家提意见。",
            decides="村民代表会议",
            from_on=scene.day(1),
            to_on=scene.day(10),
        )
        self.consultation_id = made["consultation"]["id"]
        path = f"/api/feedback/consultations/{self.consultation_id}"
        given = []
        for day, (villager, (words, adoption, reason)) in enumerate(zip(place.villagers, SPOKEN, strict=False), 3):
            await scene.on(day, at=19)
            one = await scene.caller.post(f"{path}/suggestions", by=villager, words=words)
            given.append((one["id"], words, adoption, reason))
        await scene.on(12)
        for suggestion, words, adoption, reason in given:
            wording = f"/api/feedback/suggestions/{suggestion}/wording"
            await scene.caller.post(wording, by=place.cadre, wording=words)
            said = {"suggestion_ids": [suggestion], "adoption": adoption, "reason": reason}
            await scene.caller.post(f"{path}/answers", by=place.cadre, **said)
        await scene.caller.post(f"{path}/decision", by=place.cadre, words="装二十一盏，含三组岔路口，六月底前装好。")

    async def hear(self) -> None:
        """A hearing whose decision responds to every question."""
        scene, place = self.scene, self.place
        await scene.on(2, at=10)
        made = await scene.caller.post(
            "/api/feedback/hearings",
            by=place.secretary,
            division_code=place.code,
            title="卫生费怎么收",
            words="每户每月收多少卫生费，怎么管，请大家来谈。",
            meets_at=scene.when(12, at=15).isoformat(),
            place="村部会议室",
            seats=5,
            answer_post_id=place.agent_post_id,
        )
        self.hearing_id = made["hearing"]["id"]
        path = f"/api/feedback/hearings/{self.hearing_id}"
        await scene.on(5, at=18)
        for villager in place.villagers[:4]:
            await scene.caller.post(f"{path}/participants", by=villager, part="household")
        for villager, words in zip(place.villagers, ASKED, strict=False):
            await scene.caller.post(f"{path}/questions", by=villager, words=words)
        await scene.on(10)
        seated = await scene.caller.post(f"{path}/seating", by=place.secretary)
        await scene.on(12, at=17)
        attended = min(3, seated["households"] + seated["representatives"])
        held = {"attended": attended, "questions": [IN_THE_ROOM]}
        questions = (await scene.caller.post(f"{path}/record", by=place.secretary, **held))["questions"]
        for one in questions:
            answer = f"/api/feedback/hearings/questions/{one['id']}/answer"
            await scene.caller.post(answer, by=place.agent, words="五保户、低保户不收；账目每季度公开，外出户减半。")
        await scene.on(14)
        responses = [
            {"question_id": one["id"], "response": "accepted", "reason": "写入收费办法。"} for one in questions
        ]
        words = "每户每月两元，五保户、低保户不收，外出户减半；账目每季度公开。"
        await scene.caller.post(f"{path}/decision", by=place.secretary, words=words, responses=responses)

    async def decide(self) -> None:
        """Four deliberations and two publications; what was resolved is done as an item in somebody's name."""
        scene, place = self.scene, self.place
        await scene.on(0)
        made = await scene.caller.post(
            "/api/feedback/deliberations",
            by=place.secretary,
            division_code=place.code,
            kind="decision",
            title="硬化三组到村口的路",
            words="把三组到村口的路硬化，村里出工，镇里出水泥。",
            carrier_post_id=place.agent_post_id,
            carry_out_by=scene.day(60),
        )
        self.matter_id = made["matter"]["id"]
        for step, day in STEPS:
            await self._meet(step, day)
        await scene.on(10)
        await self._publish("resolution", "村民代表会议同意，由代办员负责落实，六月底前完成。")
        await scene.on(19)
        item = await scene.item("决议", of=place.agent)
        path = f"/api/tasks/assignments/{item['id']}"
        await scene.caller.post(f"{path}/pledge", by=place.agent, promised_on=scene.day(22))
        await scene.on(20, at=16)
        proof = await scene.caller.upload(PICTURE, by=place.agent, media_type="image/png")
        await scene.caller.post(f"{path}/report", by=place.agent, words="路面已硬化，可以通车。", evidence=[proof])
        await scene.on(21)
        await scene.caller.post(f"{path}/acceptance", by=place.township_secretary, words="已到现场看过。")
        await scene.on(21, at=15)
        await self._publish("result", "路已硬化 300 米，用水泥 30 吨，由镇里验收。")

    async def _meet(self, step: str, day: int) -> None:
        scene, place = self.scene, self.place
        called = await scene.caller.post(
            f"/api/feedback/deliberations/{self.matter_id}/meetings",
            by=place.secretary,
            kind=f"decision.{step}",
            meets_at=scene.when(day, at=15).isoformat(),
            place="村部会议室",
            agenda="商量三组到村口的路要不要硬化，钱和工从哪里来。",
            entitled=10,
            entitled_on=scene.day(0),
        )
        await scene.on(day, at=17)
        path = f"/api/feedback/deliberations/meetings/{called['id']}"
        votes = {"attended": 9, "in_favour": 8, "against": 1, "abstained": 0}
        minutes = {"minutes_title": "会议记录", "minutes_digest": "ab" * 32}
        await scene.caller.post(f"{path}/record", by=place.secretary, **votes, **minutes)
        await scene.caller.post(f"{path}/confirmation", by=place.cadre)

    async def _publish(self, kind: str, words: str) -> None:
        path = f"/api/feedback/deliberations/{self.matter_id}/notices"
        await self.scene.caller.post(path, by=self.place.secretary, kind=kind, words=words)

    async def _listed(self, event: str) -> Answer:
        return await self.scene.caller.post(
            "/api/feedback/disclosures",
            by=self.place.secretary,
            division_code=self.place.code,
            kind_code="projects",
            event=event,
            happened_on=self.scene.day(1),
        )
