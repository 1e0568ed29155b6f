"""The rows of letters of responsibility: the secretary's, made by the cadre; and of their batches."""

from functools import partial
from itertools import count

from sqlmodel import select

from services.tasks.roster.model import Post
from tests.gateway.authorisation.columns import Row, everybody, signed_in
from tests.gateway.authorisation.county import County, Maker
from tests.tasks.letters.writing import line

REACHED = "cadre supervisor operator auditor"
SEES = f"secretary {REACHED}"
ITEMS = [line(1)]

ROWS: list[Row] = [
    Row(
        "POST /letters",
        "those above the post's organisation, never its holder",
        403,
        {201: "cadre supervisor operator"},
        body={"post_id": "{secretary_post}", "year": "{letter_year}", "title": "责任书", "lines": ITEMS},
    ),
    signed_in("GET /letters", "those of one's reach", shows=("letter_id", SEES)),
    signed_in("GET /letters/own", "one's own", shows=("letter_id", "secretary")),
    signed_in("GET /letters/sheet", "as the list"),
    Row("GET /letters/{letter_id}", "the person, and whose posts reach the organisation", 404, {200: SEES}),
    Row(
        "POST /letters/{letter_id}/versions",
        "those above, never the person",
        404,
        {201: "cadre supervisor operator", 403: "secretary auditor"},
        body={"lines": [line(2)]},
    ),
    Row(
        "POST /letters/{letter_id}/signature",
        "the person",
        404,
        {200: "secretary", 403: REACHED},
        body={"text_digest": "{letter_digest}"},
    ),
    Row(
        "POST /letters/{letter_id}/refusal",
        "the person",
        404,
        {200: "secretary", 403: REACHED},
        body={"text_digest": "{letter_digest}", "words": "三项都要村里出钱，村里没有"},
    ),
    Row(
        "POST /letters/{letter_id}/refusal/answer",
        "those above, never the person",
        404,
        {200: "cadre supervisor operator", 403: "secretary auditor"},
        about={"letter_id": "refused_letter"},
        body={"words": "经费已由县里安排"},
    ),
    Row(
        "POST /letters/{letter_id}/countersignature",
        "those above, never the person",
        404,
        {200: "cadre supervisor operator", 403: "secretary auditor"},
        about={"letter_id": "signed_letter"},
        body={"text_digest": "{signed_digest}"},
    ),
    Row(
        "GET /letters/{letter_id}/versions/{version}/document",
        "as the letter",
        404,
        {200: SEES},
        about={"version": "first_version"},
        query={"form": "html"},
    ),
    everybody(
        "GET /letters/checks/{number}/{digest}",
        "who has number and digest of a text; posts and dates alone",
        200,
        about={"number": "letter_number", "digest": "letter_digest"},
    ),
    everybody(
        "GET /letters/checks/{number}/{digest}/page",
        "who scanned the code of a letter",
        200,
        about={"number": "letter_number", "digest": "letter_digest"},
    ),
    Row(
        "POST /letter-batches",
        "whose posts oversee others; for each letter who may make it is asked anew",
        403,
        {202: "secretary secretary/other cadre cadre/other supervisor supervisor/other operator"},
        body={
            "year": "{letter_year}",
            "title": "责任书",
            "letters": [{"post_id": "{secretary_post}", "lines": ITEMS}],
        },
    ),
    signed_in("GET /letter-batches", "one's own", shows=("batch_id", "cadre")),
    Row("GET /letter-batches/{batch_id}", "who ordered it", 404, {200: "cadre"}),
]


def makers(there: County) -> dict[str, Maker]:
    """Letters of the secretary, each of a year of its own."""
    years = count(2030)

    async def done(path: str, by: str, **body: object) -> dict[str, object]:
        answer = await there.stand.post(path, by=there.people[by], **body)
        assert answer.status_code < 300, answer.text
        return dict(answer.json())

    async def secretary_post() -> str:
        async with there.stand.mounted.sessions() as session:
            posts = await session.all(select(Post))
        return str(next(post.id for post in posts if post.person_id == there.people["secretary"]))

    async def letter_year() -> str:
        return str(next(years))

    async def asked() -> dict[str, object]:
        return {"post_id": await secretary_post(), "year": next(years), "title": "责任书", "lines": ITEMS}

    async def shown(kind: str) -> dict[str, dict[str, str]]:
        letter = await there.stand.get(f"/letters/{await there.thing(kind)}", by=there.people["cadre"])
        told = letter.json()
        return {"letter": told["letter"], "version": told["versions"][0]}

    async def letter_id() -> str:
        made = await done("/letters", "cadre", **await asked())
        return str(made["letter"]["id"])  # type: ignore[index]

    async def letter_digest() -> str:
        return (await shown("letter_id"))["version"]["text_digest"]

    async def letter_number() -> str:
        return (await shown("letter_id"))["letter"]["number"]

    async def said_of_one(move: str, **words: str) -> str:
        made = await letter_id()
        told = await there.stand.get(f"/letters/{made}", by=there.people["cadre"])
        digest = told.json()["versions"][0]["text_digest"]
        await done(f"/letters/{made}/{move}", "secretary", text_digest=digest, **words)
        return made

    async def signed_digest() -> str:
        return (await shown("signed_letter"))["version"]["text_digest"]

    async def batch_id() -> str:
        one = {"post_id": await secretary_post(), "lines": ITEMS}
        begun = await done("/letter-batches", "cadre", year=next(years), title="责任书", letters=[one])
        return str(begun["id"])

    found = (secretary_post, letter_year, letter_id, letter_digest, letter_number)
    there.things["first_version"] = "1"
    made: dict[str, Maker] = {maker.__name__: maker for maker in (*found, signed_digest, batch_id)}
    return made | {
        "signed_letter": partial(said_of_one, "signature"),
        "refused_letter": partial(said_of_one, "refusal", words="三项都要村里出钱，村里没有"),
    }
