"""An upload under way: how much of a file has come, and in which pieces."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from chassis.problems import Conflict
from chassis.tables import Instant, Sealed
from services.tasks.tables import Table


class WrongOffset(Conflict):
    """The upload has come to another place than this piece begins at; ask where it stands and go on from there."""

    title_zh = "续传位置不一致，请重新获取进度后继续上传。"


class Upload(Table, table=True):
    """One file on its way. It is a whole attachment once all has come; what stays unfinished is swept after a day."""

    __tablename__ = "upload"
    __table_args__ = (Index("upload_owner", "owner_id", "id"),)

    id: UUID = Field(primary_key=True)
    owner_id: UUID
    size: int  # bytes, as the owner said it
    arrived: int  # bytes
    attachment_id: UUID | None  # what it became
    at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)

    def take(self, size: int, *, at_offset: int) -> None:
        """Have one more piece. Raises `WrongOffset`."""
        if at_offset != self.arrived:
            raise WrongOffset(offset=self.arrived)
        self.arrived += size

    @property
    def whole(self) -> bool:
        """Whether all of it has come."""
        return self.arrived == self.size


class UploadPiece(Table, table=True):
    """One piece of an upload, kept under its own id; sealed like a file, with a key of its own."""

    __tablename__ = "upload_piece"
    __table_args__ = (Index("upload_piece_upload", "upload_id", "begins"),)

    id: UUID = Field(primary_key=True)
    upload_id: UUID
    begins: int  # byte of the file
    key: bytes = Field(sa_type=Sealed)
