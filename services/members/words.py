"""The words of the roll: stages, tiers, posts and ties, each with the Chinese word that people write for it."""

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """A fixed word: its value is stored and sent, `zh` is shown, and `others` are also understood in spreadsheets."""

    zh: str
    others: tuple[str, ...]

    def __new__(cls, value: str, zh: str, *others: str) -> Self:
        word = str.__new__(cls, value)
        word._value_ = value
        word.zh = zh
        word.others = others
        return word

    @classmethod
    def by_chinese(cls) -> dict[str, Self]:
        """Every Chinese word that is understood, with what it stands for."""
        return {spelling: word for word in cls for spelling in (word.zh, *word.others)}


class Tier(Word):
    """What kind of organisation it is, highest first."""

    COMMITTEE = "committee", "党委", "党工委", "党组", "委员会", "基层党委"
    GENERAL_BRANCH = "general_branch", "党总支", "总支", "党总支部"
    BRANCH = "branch", "党支部", "支部", "联合党支部", "联合支部"
    GROUP = "group", "党小组", "小组"


class MemberStage(Word):
    """How far a person on the roll has come, in order."""

    APPLICANT = "applicant", "入党申请人", "申请人"
    ACTIVIST = "activist", "入党积极分子", "积极分子"
    PROSPECT = "prospect", "发展对象"
    PROBATIONARY = "probationary", "预备党员"
    FULL = "full", "正式党员"

    @property
    def admitted(self) -> bool:
        """Whether the person counts as a member in the size rules of organisations."""
        return self is MemberStage.FULL or self is MemberStage.PROBATIONARY


class PostKind(Word):
    """An office or role that a person holds in an organisation or an area."""

    PROXY_AGENT = "proxy_agent", "代办员", "全程代办员", "村级代办员"
    STAND_IN = "stand_in", "代办员替补", "替补代办员", "替补", "代办员B岗"
    GRID_WORKER = "grid_worker", "网格员", "专职网格员"
    GUIDE = "guide", "指导员"
    SECRETARY = "secretary", "书记", "党支部书记", "支部书记", "总支书记", "党总支书记", "党委书记"
    FIRST_SECRETARY = "first_secretary", "第一书记", "驻村第一书记"
    TOWNSHIP_CADRE = "township_cadre", "乡镇干部", "街道干部", "乡镇街道干部"
    SUPERVISOR = "supervisor", "督查", "督查员", "督查人员"
    COUNTY_OPERATOR = "county_operator", "县级管理员", "区级管理员", "系统管理员"
    AUDITOR = "auditor", "审计员", "审计人员"
    DISCIPLINE_INSPECTOR = (
        "discipline_inspector",
        "纪检监察员",
        "纪检监察人员",
        "纪检监察",
        "纪检干部",
        "纪委委员",
        "纪检委员",
    )


class Sex(Word):
    """Sex as in GB/T 2261.1, as far as the citizen number can say it."""

    MALE = "male", "男", "男性"
    FEMALE = "female", "女", "女性"


class HouseholdTie(Word):
    """How a citizen is related to the head of the household, by the first digit of GB/T 4761."""

    HEAD = "head", "户主", "本人", "本人或户主"
    SPOUSE = "spouse", "配偶", "妻", "夫", "妻子", "丈夫"
    SON = "son", "子", "儿子", "长子", "次子"
    DAUGHTER = "daughter", "女", "女儿", "长女", "次女"
    GRANDCHILD = "grandchild", "孙子女", "孙子", "孙女", "外孙", "外孙女"
    PARENT = "parent", "父母", "父亲", "母亲", "父", "母", "岳父", "岳母", "公公", "婆婆"
    GRANDPARENT = "grandparent", "祖父母", "祖父", "祖母", "外祖父", "外祖母"
    SIBLING = "sibling", "兄弟姐妹", "兄", "弟", "姐", "妹"
    OTHER = "other", "其他", "其他关系", "儿媳", "女婿"


class PairingKind(Word):
    """In what way somebody answers for a household, a village or an organisation."""

    HOUSEHOLD = "household", "挂钩包保", "结对帮扶", "包户", "挂钩包保户"
    CONTACT_POINT = "contact_point", "联系点", "党建联系点", "基层联系点"
    DEPARTMENT_VILLAGE = "department_village", "部门包村", "包村", "单位包村"
    THREE_PLUS_X = "three_plus_x", "3+X", "3+x", "三加X"


class DivisionKind(Word):
    """The levels of administrative divisions that are kept, down from the county."""

    DISTRICT = "district", "县区", "县", "区"
    TOWNSHIP = "township", "乡镇", "乡", "镇"
    STREET = "street", "街道"
    VILLAGE = "village", "村"
    COMMUNITY = "community", "社区"


# GB/T 3304, with the three entries that the census adds.
ETHNIC_GROUPS = frozenset(
    """
    汉族 蒙古族 回族 藏族 维吾尔族 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克族
    傣族 黎族 傈僳族 佤族 畲族 高山族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜族 土族 达斡尔族 仫佬族 羌族
    布朗族 撒拉族 毛南族 仡佬族 锡伯族 阿昌族 普米族 塔吉克族 怒族 乌孜别克族 俄罗斯族 鄂温克族 德昂族 保安族
    裕固族 京族 塔塔尔族 独龙族 鄂伦春族 赫哲族 门巴族 珞巴族 基诺族 穿青人 其他 外国血统中国籍人士
    """.split()  # noqa: SIM905  # sixty quoted names are harder to read
)
