"""The rows of what is sent to the province's platform, and grades that came to nothing on their way."""

from uuid import uuid4

from chassis.clock import real_now
from chassis.tables import new_id
from services.feedback.national_ratings.content import digest_of
from services.feedback.national_ratings.model import NationalRating, SendingStage
from tests.feedback import facts
from tests.gateway.authorisation.columns import Row
from tests.gateway.authorisation.county import County, Maker

ROWS: list[Row] = [
    Row(
        "GET /national-ratings",
        "the county's operator; nobody reads a grade there",
        403,
        {200: "operator"},
        query={"district_code": facts.DISTRICT},
        shows=("rating_id", "operator"),
    ),
    Row(
        "POST /national-ratings/{rating_id}/resending",
        "the operator of its county",
        404,
        {200: "operator"},
        body={"anew": False},
    ),
]


def makers(there: County) -> dict[str, Maker]:
    """Grades that were refused."""

    async def rating_id() -> str:
        content = "{}"
        made = NationalRating(
            id=new_id(),
            invitation_id=uuid4(),
            request_id=uuid4(),
            round=1,
            version=1,
            district_code=facts.DISTRICT,
            rated_at=real_now(),
            map_version="1",
            content=content,
            digest=digest_of(content),
            stage=SendingStage.REFUSED,
            queued_at=real_now(),
            attempts=1,
            next_at=None,
            taken_at=None,
            receipt=None,
            refusal="field-wrong",
            sent_again_by=None,
        )
        async with there.stand.mounted.sessions() as session:
            session.add(made)
        return str(made.id)

    return {"rating_id": rating_id}
