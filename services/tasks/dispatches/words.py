"""Why a request went to somebody, in words for whoever may see the case."""

from services.tasks.dispatches.model import Dispatch, Way
from services.tasks.duties.model import DutyEntry
from services.tasks.requests.stages import Stage

_WAYS = {
    Way.AGENT: "本村（社区）的代办员",
    Way.STAND_IN: "本村（社区）没有在岗代办员，由替补接办",
    Way.GRID_WORKER: "本村（社区）没有在岗代办员，由网格员接办",
    Way.DEPARTMENT: "该事项已由县级收回，由承接部门负责人承办，不派给乡镇（街道）和村（社区）",
    Way.LEAD: "该事项由县级部门牵头，派给牵头部门负责人主办，乡镇（街道）、村（社区）协办",
    Way.SUPERVISION: "反映工作人员的事项，绕过本人，由其上级督查人员承办",
    Way.DISCIPLINE: "此类反映只由纪检监察人员承办",
    Way.BY_HAND: "由上级工作人员指派",
    Way.BY_CHAIR: "由负责人裁定承办，不得退回",
    Way.TAKEN_UP: "由负责人自行承办",
    Way.EARLIER: "早前的指派，没有记录缘由",
}


WAITING = {
    Stage.RECEIVED: "还没有承办人：正由所在乡镇（街道）负责人确定。",
    Stage.RETURNED: "承办人认为派错，已退回，正在重新指派；不会退给群众。",
    Stage.DIFFICULT: "多次退回或职责不清，已交负责人裁定。",
}
"""What a case waits for while nobody works on it."""


def why_of(given: Dispatch, entry: DutyEntry | None) -> str:
    """The rule, the figures, for whom they act, and the line of the duty list."""
    said = _WAYS[given.way]
    if given.open_cases is not None and given.among is not None:
        said += f"，{given.among} 人中在办件最少（{given.open_cases} 件）"
    if given.acting_for_name:
        said += f"；{given.acting_for_name}外出，由其代行"
    return f"{said}。{by_duty(entry)}"


def by_duty(entry: DutyEntry | None) -> str:
    """The line of the duty list, or that there is none."""
    if entry is None:
        return "履职事项清单中没有对应的事项。"
    department = f"，{entry.department}" if entry.department else ""
    return f"依据：{entry.shown}{department}。"
