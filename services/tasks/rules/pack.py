"""A rule pack: the time limits and counts of one jurisdiction, each dated and with its source."""

import hashlib
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import groupby, pairwise
from operator import attrgetter
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from chassis.dated import Confidence, Dated, Text, in_turn, then
from chassis.operator_files import read_yaml
from services.tasks.clocks.limits import Amount, Unit
from services.tasks.rules import colours
from services.tasks.rules.colours import Colour, OrderColour, Telling

PACKS = Path(__file__).with_name("packs")
QINGLONG = PACKS / "qinglong.yaml"


def pack_file(given: Path | None) -> Path:
    """The file that an operator means: Qinglong's without a word, a shipped one by its bare name, or any other."""
    if given is None:
        return QINGLONG
    shipped = PACKS / f"{given}.yaml"
    return shipped if given.name == str(given) and shipped.is_file() else given


def shipped_packs() -> dict[str, Path]:
    """The packs that come with the program, by name."""
    return {file.stem: file for file in sorted(PACKS.glob("*.yaml"))}


class MatterKind(StrEnum):
    """What sort of thing is asked for; it decides the finishing limit."""

    APPOINTMENT = "appointment"
    ENQUIRY = "enquiry"
    HELP = "help"
    SUGGESTION = "suggestion"
    COMPLAINT = "complaint"
    REPORT = "report"

    @property
    def title_zh(self) -> str:
        """The kind's name on the screen."""
        return _KINDS[self]


_KINDS = {
    MatterKind.APPOINTMENT: "预约",
    MatterKind.ENQUIRY: "咨询",
    MatterKind.HELP: "求助",
    MatterKind.SUGGESTION: "建议",
    MatterKind.COMPLAINT: "投诉",
    MatterKind.REPORT: "举报",
}


class Urgency(StrEnum):
    """How soon something has to be done; said by whoever takes it in, and by nobody else. Beijing's draft (C1)."""

    LIFE = "life"  # life or property in danger, or something sudden
    UTILITIES = "utilities"  # water, power, gas or heat is out
    ORDINARY = "ordinary"
    COMPLEX = "complex"

    @property
    def title_zh(self) -> str:
        """Its name on the screen."""
        return _URGENCIES[self]


_URGENCIES = {
    Urgency.LIFE: "危及生命财产或突发",
    Urgency.UTILITIES: "水电气热",
    Urgency.ORDINARY: "一般",
    Urgency.COMPLEX: "复杂",
}


class RuleId(StrEnum):
    """The rules that every pack must hold on every day from its first on; of the ladder as many levels as it has."""

    ACCEPT = "accept"  # from dispatch to the named person's signature
    CONTACT = "contact"  # from the signature to the first contact with whoever asked
    FINISH_APPOINTMENT = "finish.appointment"
    FINISH_ENQUIRY = "finish.enquiry"
    FINISH_HELP = "finish.help"
    FINISH_SUGGESTION = "finish.suggestion"
    FINISH_COMPLAINT = "finish.complaint"
    FINISH_REPORT = "finish.report"
    FINISH_LIFE = "finish.life"  # by urgency; a pack without these has no urgency, and the kind alone decides
    FINISH_UTILITIES = "finish.utilities"
    FINISH_COMPLEX = "finish.complex"
    EXTENSION = "extension"  # by how much all extensions of one case together may move its finishing limit
    EXTENSIONS = "extensions"  # how often one case may be extended
    EXTENSION_BEFORE = "extension.before"  # how long before the limit an extension is to be asked for
    PAUSE = "pause"  # how long one pause may last; then the clock runs again by itself
    PAUSES = "pauses"  # how often one case may be paused
    RECTIFY = "rectify"  # from the citizen's «not solved» or bad grade to the verified rectification
    RECTIFY_ROUNDS = "rectify.rounds"  # rounds that one organisation has before the next one up owns it
    RECTIFY_NOT_TRUE = "rectify.not_true"  # and by the ground that is found, from the same start
    RECTIFY_SIMPLE = "rectify.simple"
    RECTIFY_COMPLEX = "rectify.complex"
    RECTIFY_OTHERS_DUTY = "rectify.others_duty"
    RECTIFY_POLICY = "rectify.policy"
    RECTIFY_UNIT = "rectify.unit"  # from a cell below the line to what its unit has put right
    CALL_BACK = "call_back"  # from the report that it is done to the call-back
    RECHECK = "recheck"  # least share of a unit's cases handled in a month that the next level asks about
    RECHECK_WITHIN = "recheck.within"  # from the draw, or the verification after a bad grade, to the next level's call
    CALL_BACK_TRIES = "call_back.tries"  # attempts after which nobody has to try again; that is no answer
    SLIP = "slip"  # how long the one-time code of a slip is good
    APPEAL = "appeal"  # from the appeal to its decision
    ARCHIVE = "archive"  # without a further word after it was handled, told or judged, until it is put away
    APPEALS = "appeals"  # how often an outcome is looked at again, each time one level further up
    PETITION_ACCEPT = "petition.accept"  # within which a petition office tells whether it takes a matter up
    PETITION_FINISH = "petition.finish"  # from there to its end
    PETITION_EXTENSION = "petition.extension"  # by how much that may be longer, with approval and a reason
    RETURN = "return"  # within which a wrong dispatch may go back
    REDONE = "redone"  # at which rectification of one case it is a difficult one
    DISPATCHES = "dispatches"  # after so many returns the matter goes to a chair
    INTERIM = "interim"  # without a word to the requester, after which an interim reply is due
    REMINDERS = "reminders"  # how often one person is reminded of one kind of thing in one case
    ORDER_LEVEL = "orders.level"  # of the ladder on which the clock issues a supervision order
    DUTY_AHEAD = "duty.ahead"  # so many days ahead the shifts of a weekly pattern are made
    MISSED_CALL_WINDOW = "missed_call.window"  # within which another call of the same person joins the open one
    MISSED_CALL_CONTACT = "missed_call.contact"  # from the missed call to the call back
    HISTORY = "history"  # how far a caller's cases are shown to whoever takes the call
    DUPLICATES_WINDOW = "duplicates.window"  # how old a case may be that is suggested as the same matter
    DUPLICATES_LIKENESS = "duplicates.likeness"  # share of words in common from which two texts are suggested
    REPEAT_MARK = "repeat_mark"  # after which a repeat mark is gone
    SAME_REPORT = "report.same"  # within which the same report by a system outside is the same case
    MANDATE_LONGEST = "mandate.longest"  # from the first to the last day of a villager's leave for an agent
    MANDATE_ENDS_SOON = "mandate.ends_soon"  # how long before its end both are told
    MANDATE_ANSWER = "mandate.answer"  # from an agent's asking, after which silence is a refusal
    DOCUMENT_LENGTH = "document.length"  # characters that a document for those below may have
    DOCUMENT_SPECIAL_LENGTH = "document.special_length"  # and one about a single special task
    OPINIONS_LEAST = "opinions.least"  # opinions about one thing from which, and in steps of which, sums are shown
    BURDEN_LEAST = "burden.least"  # holders of one kind of post from which their figures are shown by themselves
    NOTE_KEPT = "note.kept"  # how long an agent's note waits for the villager's word before it is gone
    INSPECTION_COVERAGE = "inspection.coverage"  # least share of all units that is drawn and visited in a period
    INSPECTION_WARNING = "inspection.warning"  # before a period's end, when drawn units wait to be visited
    DRAW_COMMIT = "draw.commit"  # that the officers of a draw have to commit
    DRAW_REVEAL = "draw.reveal"  # that they have to reveal once both committed
    FINDING_FEEDBACK = "finding.feedback"  # that a unit has to say its word on what was found in it
    LEDGER_SMALL_GROUP = "ledger.small_group"  # households fewer than which are not told of in public by themselves
    VISIT_PERIOD = "visit.period"  # within which each paired household is visited once
    VISIT_VOICE = "visit.voice"  # how many voice notes a visit may bring; without the rule, none is taken
    LADDER_1 = "ladder.1"  # what the first level up has before a missed limit climbs to the second
    LADDER_2 = "ladder.2"
    LADDER_3 = "ladder.3"
    LADDER_4 = "ladder.4"
    LADDER_5 = "ladder.5"
    LADDER_6 = "ladder.6"
    LADDER_7 = "ladder.7"
    LADDER_8 = "ladder.8"


class Measure(StrEnum):
    """What a rule that is not a time limit is counted in."""

    TIMES = "times"
    MONTHS = "months"
    HOUSEHOLDS = "households"
    PERCENT = "percent"
    CHARACTERS = "characters"
    PERSONS = "persons"


_COUNTS = (
    RuleId.RECTIFY_ROUNDS,
    RuleId.DISPATCHES,
    RuleId.REDONE,
    RuleId.EXTENSIONS,
    RuleId.PAUSES,
    RuleId.REMINDERS,
    RuleId.ORDER_LEVEL,
    RuleId.CALL_BACK_TRIES,
    RuleId.APPEALS,
    RuleId.VISIT_VOICE,
)
_MEASURES = dict.fromkeys(_COUNTS, Measure.TIMES) | {
    RuleId.HISTORY: Measure.MONTHS,
    RuleId.LEDGER_SMALL_GROUP: Measure.HOUSEHOLDS,
    RuleId.DUPLICATES_LIKENESS: Measure.PERCENT,
    RuleId.DOCUMENT_LENGTH: Measure.CHARACTERS,
    RuleId.DOCUMENT_SPECIAL_LENGTH: Measure.CHARACTERS,
    RuleId.BURDEN_LEAST: Measure.PERSONS,
    RuleId.OPINIONS_LEAST: Measure.PERSONS,
    RuleId.INSPECTION_COVERAGE: Measure.PERCENT,
    RuleId.RECHECK: Measure.PERCENT,
}
_LADDER = tuple(one for one in RuleId if one.startswith("ladder."))
BY_URGENCY = {
    Urgency.LIFE: RuleId.FINISH_LIFE,
    Urgency.UTILITIES: RuleId.FINISH_UTILITIES,
    Urgency.COMPLEX: RuleId.FINISH_COMPLEX,
}
_OPTIONAL = {*_LADDER[1:], RuleId.VISIT_VOICE, *BY_URGENCY.values()}
"""A pack has as many levels as its county's tree needs, one at least, none left out; and urgencies or none of them."""


class Rule(Dated):
    """One figure of a pack, as it holds from a date to a date."""

    id: RuleId
    name: Text  # shown to people: 受理时限
    value: Annotated[int, Field(strict=True, gt=0, le=20_000)]
    unit: Unit | Measure
    jurisdiction: Text  # where the source made this rule; 自定 for an own value
    source: Text
    confidence: Confidence

    @model_validator(mode="after")
    def _is_counted_as_its_kind_is(self) -> Self:
        wanted = _MEASURES.get(self.id)
        if wanted is not None and self.unit != wanted:
            raise ValueError(f"{self.id} 的 unit 应为 {wanted}")
        if wanted is None and not isinstance(self.unit, Unit):
            raise ValueError(f"{self.id} 是时限，unit 应为 {'、'.join(Unit)} 之一")
        return self

    @cached_property
    def amount(self) -> Amount:
        """The time limit. Raises TypeError for a count."""
        if not isinstance(self.unit, Unit):
            raise TypeError(f"{self.id} is counted in {self.unit}, not in time")
        return Amount(value=self.value, unit=self.unit)


class RulePack(BaseModel):
    """One jurisdiction's dated rules. Immutable: another file is another pack."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    stated_version: Text
    valid_from: date
    rules: tuple[Rule, ...]
    colours: tuple[Colour, ...]
    orders: tuple[OrderColour, ...]
    telling: Telling

    _digest: str = PrivateAttr(default="")
    _versions: dict[RuleId, tuple[Rule, ...]] = PrivateAttr(default_factory=dict)

    @classmethod
    def load(cls, path: Path = QINGLONG) -> Self:
        """The pack in this file. Raises `BadFile` with each faulty line, also for overlapping or missing dates."""
        pack = read_yaml(path, cls)
        pack._digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return pack

    @model_validator(mode="after")
    def _covers_every_day_once(self) -> Self:
        by_id = attrgetter("id")
        for rule_id, rows in groupby(sorted(self.rules, key=by_id), key=by_id):
            self._versions[rule_id] = in_turn(rows, of=rule_id)
        for rule_id in RuleId:
            versions = self._versions.get(rule_id)
            if versions is None and rule_id in _OPTIONAL:
                continue
            if versions is None:
                raise ValueError(f"规则包缺少 {rule_id}")
            if versions[0].valid_from > self.valid_from:
                raise ValueError(f"{rule_id} 自 {versions[0].valid_from} 起才有，规则包自 {self.valid_from} 起施行")
            for earlier, later in pairwise(versions):
                if earlier.valid_to is not None and earlier.valid_to + timedelta(days=1) < later.valid_from:
                    raise ValueError(f"{rule_id} 在 {earlier.valid_to} 与 {later.valid_from} 之间没有规则")
            if versions[-1].valid_to is not None:
                raise ValueError(f"{rule_id} 在 {versions[-1].valid_to} 之后没有规则；最后一行不写 valid_to")
        urgencies = [one for one in BY_URGENCY.values() if one in self._versions]
        if urgencies and len(urgencies) < len(BY_URGENCY):
            raise ValueError(f"按紧急程度的时限应写全 {'、'.join(BY_URGENCY.values())}，或者都不写")
        for below, above in pairwise(_LADDER):
            if above in self._versions and below not in self._versions:
                raise ValueError(f"规则包有 {above} 而缺少 {below}")
        colours.scale(self.colours, of="预警颜色", since=self.valid_from)
        colours.scale(self.orders, of="督办单颜色", since=self.valid_from)
        return self

    @cached_property
    def version(self) -> str:
        """The stated version and the file's digest, kept with every clock: a running promise is explained by it."""
        return f"{self.stated_version}+{self._digest[:12]}"

    def rule(self, asked: RuleId | MatterKind, *, on: date) -> Rule:
        """The rule that holds on this local date; a kind of matter means its finishing limit. Raises `NoRuleThen`."""
        rule_id = RuleId(f"finish.{asked}") if isinstance(asked, MatterKind) else asked
        return then(self._versions[rule_id], on=on, of=rule_id)

    def if_any(self, rule_id: RuleId, *, on: date) -> Rule | None:
        """The rule that holds on this local date, where the pack has such a rule at all."""
        return self.rule(rule_id, on=on) if rule_id in self._versions else None

    def urgent(self, urgency: Urgency, *, on: date) -> Rule | None:
        """The finishing limit of an urgency on this local date; none where the kind of matter decides."""
        rule_id = BY_URGENCY.get(urgency)
        return self.rule(rule_id, on=on) if rule_id in self._versions else None

    def ladder(self, level: int, *, on: date) -> Rule | None:
        """What this level (1 = the first above) has before a missed limit climbs on; None at the ladder's top."""
        if level < 1:
            raise ValueError("the ladder's first level is 1")
        if level > len(_LADDER) or _LADDER[level - 1] not in self._versions:
            return None
        return self.rule(_LADDER[level - 1], on=on)

    def colours_on(self, day: date) -> list[Colour]:
        """The warning colours of a local date, from the mildest to the gravest."""
        return colours.on(self.colours, day)

    def order_colours_on(self, day: date) -> list[OrderColour]:
        """The colours of supervision orders on a local date, from the mildest to the gravest."""
        return colours.on(self.orders, day)
