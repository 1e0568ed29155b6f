"""The three services as every profile builds them; what differs between the profiles is handed in."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from chassis.calendar import TABLE, load_calendar
from chassis.clock import Clock, SetClock, SystemClock
from chassis.inbox import Patience
from chassis.log import EventLog
from chassis.ring import ReadRing
from chassis.secrecy import Vault
from chassis.service import Mounted, Service
from chassis.settings import (
    DevelopmentSettings,
    ExportSettings,
    NationalRatingSettings,
    ObjectSettings,
    RuleSettings,
    SingleSignOnSettings,
    TextSettings,
    VaultSettings,
    WeChatSettings,
)
from chassis.store import Store

if TYPE_CHECKING:  # only the process of `members` loads it
    from services.members.texts.model import Texts

if TYPE_CHECKING:  # only the process of `feedback` loads it
    from services.feedback.national_ratings.actions import NationalRatings

NAMES = ("members", "tasks", "feedback")
FILES = Path("var/objects")


def clock_of(settings: DevelopmentSettings) -> Clock:
    """The machine's clock, or in development the one that was set. Raises `Refused`."""
    settings.check()
    return SetClock(settings.clock) if settings.clock is not None else SystemClock()


def build(name: str, *, development: DevelopmentSettings, rules: RuleSettings, files: Path = FILES) -> Service:
    """One service by its name; only the modules of that one are loaded. `files` is the folder of its attachments."""
    return _BUILDERS[name](development, rules, files)


def mount(
    name: str,
    *,
    store: Store,
    log: EventLog,
    ring: ReadRing,
    development: DevelopmentSettings,
    rules: RuleSettings,
    files: Path = FILES,
    clock: Clock | None = None,
    patience: Patience | None = None,
) -> Mounted:
    """One service on its store and its log; each derives its keys from the installation's `ring`."""
    return Mounted(
        build(name, development=development, rules=rules, files=files),
        store=store,
        log=log,
        clock=clock or clock_of(development),
        vault=Vault(lambda: ring().of(name), cipher=VaultSettings().cipher),
        patience=patience,
    )


async def prepare(mounted: Mounted) -> None:
    """What a service has to have before it is asked for the first time; to be called after every start."""
    if mounted.service.name == "members":
        from services.members import app  # loaded already where it is mounted; no other process needs it

        await app.prepare(mounted)


def _members(development: DevelopmentSettings, rules: RuleSettings, __: Path) -> Service:
    from chassis.outside import Outside  # so that only this service loads a client for servers outside
    from services.members import app
    from services.members.rules.pack import WULING, MemberRules
    from services.members.wechat.client import WECHAT, WeChat
    from services.members.wechat.mini_program import MiniProgram

    wechat, single_sign_on = WeChatSettings(), SingleSignOnSettings()
    wechat.check()
    single_sign_on.check(development=development.development)
    client = None
    if wechat.app_id is not None and wechat.secret is not None:
        outside = Outside(development.wechat_address or WECHAT)
        client = WeChat(outside, app_id=wechat.app_id, secret=wechat.secret)
    return app.build(
        development=development.development,
        single_sign_on=single_sign_on,
        mini_program=MiniProgram(client),
        texts=_texts(development),
        rules=MemberRules.load(rules.member_rules or WULING),
    )


def _texts(development: DevelopmentSettings) -> "Texts":
    from chassis.outside import Outside
    from services.members.texts.client import Carrier
    from services.members.texts.model import Texts

    settings = TextSettings()
    settings.check(development=development.development)
    sender = None if settings.address is None else Carrier(Outside(settings.address), settings)
    return Texts(sender, settings.call_back)


def _tasks(_: DevelopmentSettings, rules: RuleSettings, files: Path) -> Service:
    from chassis.documents import Typesetter
    from chassis.objects import objects_of  # so that only this service loads a client of object stores
    from services.tasks import app
    from services.tasks.catalogue.model import CATALOGUE, Catalogue
    from services.tasks.checklists.templates import TEMPLATES, ListTemplates
    from services.tasks.recurring_duties.rules import RULES, RecurringRules
    from services.tasks.rules.pack import RulePack, pack_file

    typesetter = Typesetter()
    typesetter.check()
    return app.build(
        pack=RulePack.load(pack_file(rules.rule_pack)),
        calendar=load_calendar(rules.work_calendar or TABLE),
        items=Catalogue.load(rules.catalogue or CATALOGUE),
        lists=ListTemplates.load(rules.list_templates or TEMPLATES),
        objects=objects_of(ObjectSettings(), folder=files),
        most_exported=ExportSettings().most_rows,
        recurring_rules=RecurringRules.load(rules.recurring_duties or RULES),
        typesetter=typesetter,
    )


def _feedback(development: DevelopmentSettings, rules: RuleSettings, __: Path) -> Service:
    from chassis.documents import Typesetter
    from services.feedback import app
    from services.feedback.disclosures.schedule import SCHEDULE, DisclosureSchedule
    from services.feedback.rules.consequences import CONSEQUENCES, ConsequenceRules
    from services.feedback.rules.meetings import DELIBERATIONS, DeliberationRules
    from services.feedback.rules.pack import CELLS, FeedbackRules

    typesetter = Typesetter()
    typesetter.check()
    return app.build(
        rules=FeedbackRules.load(rules.feedback_rules or CELLS),
        typesetter=typesetter,
        disclosed=DisclosureSchedule.load(rules.disclosures or SCHEDULE),
        consequences=ConsequenceRules.load(rules.consequence_rules or CONSEQUENCES),
        national=_national_ratings(development, rules),
        deliberation_rules=DeliberationRules.load(rules.deliberation_rules or DELIBERATIONS),
    )


def _national_ratings(development: DevelopmentSettings, rules: RuleSettings) -> "NationalRatings":
    from services.feedback.national_ratings.actions import NationalRatings
    from services.feedback.national_ratings.mapping import MAP, FieldMap

    settings = NationalRatingSettings()
    settings.check(development=development.development)
    fields = FieldMap.load(rules.national_ratings_map or MAP)
    if settings.address is None:
        return NationalRatings(None, fields)
    from chassis.outside import Outside
    from services.feedback.national_ratings.client import ProvincialPlatform

    return NationalRatings(ProvincialPlatform(Outside(settings.address, seconds=20.0), settings), fields)


_BUILDERS: dict[str, Callable[[DevelopmentSettings, RuleSettings, Path], Service]] = {
    "members": _members,
    "tasks": _tasks,
    "feedback": _feedback,
}
