"""Organisations of villages are judged by the people: one is praised; one is put right from above, and judged again."""

import asyncio
import json
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256

from profiles.demo.cast import Answer, Unexpected
from profiles.demo.scene import Place, Scene
from profiles.demo.story import PICTURE
from services.feedback.surveys.answers.api import BODY_BYTES

WANTING = ("dissatisfied",) * 5 + ("fairly_satisfied",) * 3 + ("satisfied",) * 4
CONTENT = ("satisfied",) * 8 + ("fairly_satisfied",) * 3 + ("dissatisfied", "no_opinion")
GIVEN = 16  # codes to households; not everybody answers

FORM = {
    "pages": [
        {
            "questions": [
                {"code": "overall", "kind": "opinion", "title_zh": "您对村党组织的工作满意吗？"},
                {"code": "heard", "kind": "yes_no", "title_zh": "您知道村里的代办员是谁吗？"},
            ]
        }
    ]
}


@dataclass
class Asking:
    """What the people of a place think of its organisation, asked without names."""

    scene: Scene
    place: Place

    async def announced(self, title: str, *, opens: int, closes: int) -> str:
        """A survey of the village's households; its id."""
        scene, place = self.scene, self.place
        drafted = await scene.caller.post(
            "/api/feedback/surveys",
            by=place.cadre,
            subject="organization",
            organization_id=place.organization_id,
            audience="villagers",
            division_code=place.code,
            parts=[{"division_code": place.code, "quota": 10}],
            channels=["household"],
            opens_on=scene.day(opens),
            closes_on=scene.day(closes),
            publishes_on=scene.day(closes + 1),
            judged="overall",
            definition=FORM | {"title_zh": title},
        )
        survey = str(drafted["survey"]["id"])
        await scene.caller.post(f"/api/feedback/surveys/{survey}/announcement", by=place.cadre)
        return survey

    async def answered(self, survey: str, *, day: int, said: tuple[str, ...]) -> None:
        """Codes are given out, and people answer by them without signing in."""
        scene, place = self.scene, self.place
        await scene.on(day)
        shown = await scene.caller.get(f"/api/feedback/surveys/{survey}", by=place.cadre)
        part = next(one["id"] for one in shown["parts"] if one["kind"] != "door")
        path = f"/api/feedback/surveys/{survey}/codes"
        given = await scene.caller.post(path, by=place.cadre, part_id=part, channel="household", many=GIVEN)
        await scene.on(day, at=19)
        for one, opinion in zip(given["codes"], said, strict=False):
            form = await scene.caller.get(f"/api/feedback/survey-answers/{survey}/form")
            altcha = await asyncio.to_thread(solved, form)
            answers = {"overall": opinion, "heard": opinion != "no_opinion"}
            body = json.dumps({"code": one["code"], "answers": answers, "altcha": altcha}).ljust(BODY_BYTES)
            await scene.caller.give("/api/feedback/survey-answers", body.encode())


@dataclass
class Praised:
    """A village whose people are content, and whose organisation is praised for it."""

    scene: Scene
    place: Place
    survey_id: str = ""

    async def play(self) -> None:
        """Asked, found good, posted for objections, and then decided."""
        scene, place = self.scene, self.place
        asking = Asking(scene, place)
        await scene.on(1, at=10)
        self.survey_id = await asking.announced("上半年村党组织满意度测评", opens=2, closes=6)
        await asking.answered(self.survey_id, day=4, said=CONTENT)
        await scene.on(16)
        made = await scene.caller.post(
            "/api/feedback/accountability",
            by=place.cadre,
            organization_id=place.organization_id,
            measure="commendation",
            grounds=[{"kind": "survey", "id": self.survey_id}],
            reason="代办事项按期办结，群众测评达标。",
        )
        await scene.on(25)
        path = f"/api/feedback/accountability/{made['case']['id']}/decision"
        words = "公示期满无异议，予以通报表扬。"
        await scene.caller.post(path, by=place.cadre, words=words, document_no=f"武街通〔{scene.first.year}〕5号")


@dataclass
class Judged:
    """A village whose people are not content; the ids are known once it has come that far."""

    scene: Scene
    place: Place
    survey_id: str = ""
    again_id: str = ""

    async def play(self) -> None:
        """Asked, found wanting, put right one level above, and asked again; whoever answers for it is spoken to."""
        scene, place = self.scene, self.place
        asking = Asking(scene, place)
        await scene.on(1)
        self.survey_id = await asking.announced("上半年村党组织满意度测评", opens=2, closes=6)
        await asking.answered(self.survey_id, day=3, said=WANTING)
        await scene.on(8)
        await self._put_right()
        await self._speak_to()
        await scene.on(16)
        self.again_id = await asking.announced("整改后再测", opens=17, closes=21)
        await asking.answered(self.again_id, day=18, said=CONTENT)
        await scene.on(23)
        item = await scene.item("满意度测评", of=place.township_secretary)
        path = f"/api/tasks/assignments/{item['id']}"
        await scene.caller.post(f"{path}/closing-out", by=place.district_secretary)

    async def _put_right(self) -> None:
        scene, place = self.scene, self.place
        item = await scene.item("满意度测评", of=place.township_secretary)
        path = f"/api/tasks/assignments/{item['id']}"
        owner = place.township_secretary
        await scene.caller.post(f"{path}/pledge", by=owner, promised_on=scene.day(14), words="逐户走访，改进代办。")
        await scene.on(13)
        proof = await scene.caller.upload(PICTURE, by=owner, media_type="image/png")
        await scene.caller.post(f"{path}/report", by=owner, words="已逐户走访，增设周末代办。", evidence=[proof])
        await scene.on(14)
        await scene.caller.post(f"{path}/acceptance", by=place.district_secretary, words="看过走访记录和现场。")

    async def _speak_to(self) -> None:
        """The township considers what was put on its desk, hears the secretary, and reminds them."""
        scene, place = self.scene, self.place
        made = await scene.caller.post(
            "/api/feedback/accountability",
            by=place.cadre,
            organization_id=place.organization_id,
            measure="talk",
            grounds=[{"kind": "survey", "id": self.survey_id}],
            reason="满意度测评低于达标线。",
            consideration_id=self.survey_id,
        )
        path = f"/api/feedback/accountability/{made['case']['id']}"
        await scene.on(15)
        await scene.caller.post(f"{path}/answer", by=place.secretary, words="代办员外出培训，已安排替补。")
        await scene.on(15, at=15)
        await scene.caller.post(f"{path}/decision", by=place.cadre, words="谈话提醒，下次测评再看。")


def solved(task: Answer) -> str:
    """The task that stands before an answer from nobody in particular, done by trying. Raises `Unexpected`."""
    for number in range(task["maxnumber"] + 1):
        if sha256(f"{task['salt']}{number}".encode()).hexdigest() == task["challenge"]:
            done = {name: task[name] for name in ("algorithm", "challenge", "salt", "signature")} | {"number": number}
            return b64encode(json.dumps(done).encode()).decode()
    raise Unexpected("the task has no answer")
