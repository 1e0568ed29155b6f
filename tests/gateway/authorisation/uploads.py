"""The rows of uploads under way; the upload is the agent's."""

from uuid import uuid4

from tests.gateway.authorisation.columns import Row
from tests.gateway.authorisation.county import County, Maker
from tests.mounting import token

ROWS: list[Row] = [
    Row("POST /attachments/uploads", "every person: a file that only its owner goes on with", 422),
    Row("GET /attachments/uploads/{upload_id}", "whose upload it is", 404, {200: "agent"}),
    Row("PATCH /attachments/uploads/{upload_id}", "whose upload it is; without a piece it is refused", 422),
    Row("POST /attachments/uploads/{upload_id}", "as PATCH, for mini-programs", 422),
    Row("DELETE /attachments/uploads/{upload_id}", "whose upload it is; a call that is none of tus is refused", 412),
]


def makers(there: County) -> dict[str, Maker]:
    """How a fresh upload is made."""

    async def upload_id() -> str:
        said = {"authorization": f"Bearer {token(there.people['agent'])}", "idempotency-key": uuid4().hex}
        said |= {"tus-resumable": "1.0.0", "upload-length": "5"}
        begun = await there.stand.client.post("/attachments/uploads", headers=said)
        return begun.headers["location"].rpartition("/")[2]

    return {upload_id.__name__: upload_id}
