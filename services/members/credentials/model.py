"""The key of a cell, the day's list of keys, who had a part in what, and who has drawn a credential."""

from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID, uuid4

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.clock import local_date, midnight
from chassis.divisions import lies_in, township_of
from chassis.problems import Conflict
from chassis.tables import Digest, Instant, Listed, Sealed, text_of
from contracts.feedback import AnnouncedPart, CellOpened, SurveyAnnounced
from contracts.members import CellKeyPublished, SurveyCredentialsDrawn, SurveyKeyPublished
from services.members.tables import Table
from services.members.words import Word

A_DAY = timedelta(days=1)


class DrawingOver(Conflict):
    """The days on which credentials of this cell were given out are over."""

    title_zh = "这一期匿名测评的凭证领取时间已过，不能再领取；下一期开始后，手机会自动领取。"


class CredentialDrawn(Conflict):
    """A credential of this cell was drawn already, and there is one for each person."""

    title_zh = "您已领取过这个测评单元的凭证，每人只有一份；请在领取时用的那部手机上完成测评。"


class Part(Word):
    """What somebody had to do with a matter."""

    SERVED = "served", "服务对象"
    HANDLER = "handler", "承办人"


class CellKey(Table, table=True):
    """The one key of a cell or of a part of a survey, with what that is about. Dates are local; the last day is in.

    The private half is destroyed once no credential is given out any more: nobody adds one afterwards.
    """

    __tablename__ = "cell_key"
    __table_args__ = (Index("cell_key_area", "township_code", "division_code"),)

    id: UUID = Field(primary_key=True)  # of the cell, or of the part
    survey_id: UUID | None = Field(index=True)  # of a part: of which survey
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)  # of the unit, or of the part
    item_codes: list[str] = Field(sa_type=Listed)  # none for every kind of matter
    served_from: date | None  # none for a part of a survey
    served_to: date | None
    draws_until: date
    closes_on: date
    listed_on: date  # the first day in whose list it stands
    public_key: str  # SubjectPublicKeyInfo (DER), base64url
    private_key: bytes | None = Field(sa_type=Sealed)  # PKCS 8 (DER)

    @classmethod
    def begin(cls, event: CellOpened, *, public_key: str, private_key: bytes, today: date) -> Self:
        """The key of a cell that was opened; everybody sees it in the list of the day after."""
        return cls(
            id=event.cell_id,
            **event.model_dump(exclude={"cell_id", "item_codes"}),
            survey_id=None,
            item_codes=list(event.item_codes),
            listed_on=today + A_DAY,
            public_key=public_key,
            private_key=private_key,
        )

    @classmethod
    def of_part(
        cls, event: SurveyAnnounced, part: AnnouncedPart, *, public_key: str, private_key: bytes, today: date
    ) -> Self:
        """The key of a part of a survey that was announced."""
        return cls(
            id=part.part_id,
            survey_id=event.survey_id,
            township_code=township_of(part.division_code),
            division_code=part.division_code,
            item_codes=[],
            served_from=None,
            served_to=None,
            draws_until=event.draws_until,
            closes_on=event.closes_on,
            listed_on=today + A_DAY,
            public_key=public_key,
            private_key=private_key,
        )

    def published(self) -> CellKeyPublished | SurveyKeyPublished:
        """The fact by which ballots of this cell, or answers in this part, are known."""
        if self.survey_id is not None:
            return SurveyKeyPublished(
                part_id=self.id,
                survey_id=self.survey_id,
                township_code=self.township_code,
                public_key=self.public_key,
                draws_until=self.draws_until,
            )
        return CellKeyPublished(
            cell_id=self.id,
            township_code=self.township_code,
            public_key=self.public_key,
            draws_until=self.draws_until,
        )

    def covers(self, one: "Participation") -> bool:
        """Whether it is about what somebody had a part in; a survey asks for nothing of the kind."""
        return (
            self.served_from is not None
            and self.served_to is not None
            and lies_in(one.division_code, self.division_code)
            and self.served_from <= local_date(one.since) <= self.served_to
            and (not self.item_codes or one.item_code in self.item_codes)
        )

    def check_draws(self, *, on: date) -> bytes:
        """The private half, while credentials are given out. Raises `DrawingOver`."""
        if self.private_key is None or on > self.draws_until:
            raise DrawingOver(draws_until=self.draws_until.isoformat())
        return self.private_key

    def end_drawing(self, drawn: int) -> SurveyCredentialsDrawn | None:
        """Destroy the private half; of a part of a survey, tell how many credentials were drawn of it."""
        self.private_key = None
        if self.survey_id is None:
            return None
        return SurveyCredentialsDrawn(part_id=self.id, survey_id=self.survey_id, drawn=drawn)

    def call_off(self, *, today: date) -> None:
        """Give out no credential, and stand in no list after this day's."""
        self.private_key = None
        self.draws_until, self.closes_on = min(self.draws_until, today - A_DAY), min(self.closes_on, today)


class KeyList(Table, table=True):
    """The keys of all open cells as everybody sees them on one local day: signed once, the same bytes for all."""

    __tablename__ = "key_list"

    day: date = Field(primary_key=True)
    signed: str
    digest: str = Field(max_length=64)


class RequestPlace(Table, table=True):
    """What a request is about and where, for each time that it is reported done; who asked is not known here."""

    __tablename__ = "request_place"

    id: UUID = Field(primary_key=True)  # of the request
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    item_code: str | None = Field(max_length=64)


class Participation(Table, table=True):
    """Somebody was served, or handled a matter, in an area on a local day; which matter it was is not kept."""

    __tablename__ = "participation"
    __table_args__ = (
        Index("participation_area", "township_code", "division_code"),
        Index("participation_person", "person_id", "since"),
    )

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    division_code: str = Field(max_length=12)
    item_code: str | None = Field(max_length=64)
    person_id: UUID
    part: Part = Field(sa_type=text_of(Part))
    since: datetime = Field(sa_type=Instant)  # the beginning of the local day, and no closer

    @classmethod
    def begin(cls, person_id: UUID, part: Part, *, place: RequestPlace, at: datetime) -> Self:
        """A part in what was done at an instant."""
        return cls(
            id=uuid4(),
            township_code=township_of(place.division_code),
            division_code=place.division_code,
            item_code=place.item_code,
            person_id=person_id,
            part=part,
            since=midnight(local_date(at)),
        )


class Drawing(Table, table=True):
    """A person has drawn their credential of a cell. When is not kept, and its id, being random, does not tell."""

    __tablename__ = "drawing"
    __table_args__ = (UniqueConstraint("person_id", "cell_id", name="drawing_once"),)

    id: UUID = Field(primary_key=True)
    township_code: str = Field(max_length=12)
    cell_id: UUID = Field(foreign_key="cell_key.id")
    person_id: UUID
    blinded: bytes = Field(sa_type=Digest)  # of the blinded message: the same again is answered again
