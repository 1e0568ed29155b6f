"""Assessment lines over HTTP, for whoever sees the list."""

from dataclasses import asdict
from uuid import UUID

from fastapi import APIRouter

from chassis.http import Route, SignedIn, Transaction
from chassis.words import Output
from services.tasks.assessments.views import lines_of
from services.tasks.checklists import views as checklists

router = APIRouter(prefix="/checklists", tags=["清单"], route_class=Route)

EMPTY = "这份清单的事项还没有注明考核条目。在事项中填写“考核条目”后，这里会自动汇总，无需填报。"


class AssessmentLine(Output):
    """What counts for one line of the assessment; all numbers are derived, and none is a person's."""

    line: str
    leaves: int
    signed: int
    done: int
    in_time: int
    late: int
    problems: int
    problems_open: int


class AssessmentLines(Output):
    """The lines by name, which is no order of merit."""

    items: list[AssessmentLine]
    hint_zh: str | None


@router.get("/{checklist_id}/assessment-lines")
async def assessment_lines(checklist_id: UUID, session: Transaction, actor: SignedIn) -> AssessmentLines:
    """For each line of the assessment, how far a list's items and all that they were broken down into have come.

    Problems met in doing them, and what is put right because of them, stand beside. Refusals: `not-found`.
    """
    checklist = await checklists.seen(session, actor, checklist_id)
    found = await lines_of(session, checklist)
    return AssessmentLines(items=[AssessmentLine(**asdict(one)) for one in found], hint_zh=None if found else EMPTY)
