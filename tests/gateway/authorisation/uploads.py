"""The rows of uploads under way; the upload is the agent's."""

from tests.gateway.authorisation.columns import Row

ROWS: list[Row] = [
    Row("POST /attachments/uploads", "every person: a file that only its owner goes on with", 422),
    Row("HEAD /attachments/uploads/{upload_id}", "whose upload it is", 404, {200: "agent"}),
    Row("GET /attachments/uploads/{upload_id}", "whose upload it is", 404, {200: "agent"}),
    Row("PATCH /attachments/uploads/{upload_id}", "whose upload it is; without a piece it is refused", 422),
    Row("POST /attachments/uploads/{upload_id}", "as PATCH, for mini-programs", 422),
    Row("DELETE /attachments/uploads/{upload_id}", "whose upload it is", 404, {204: "agent"}),
]
