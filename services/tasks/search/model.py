"""What a case is found by: the tokens of its words."""

from uuid import UUID

from sqlmodel import Field

from chassis.plans import table_of
from services.tasks.search.matching import POSITION, index_of_words, keep_words_beside
from services.tasks.tables import Table


class SearchText(Table, table=True):
    """The tokens of one case's words (`services.tasks.search.tokens`); gone with the words.

    Made of the words alone, so that it can be made again: nothing else hangs on a row of it.
    """

    __tablename__ = "search_text"
    __table_args__ = (index_of_words("search_text_words"),)

    position: int = Field(primary_key=True, sa_type=POSITION, sa_column_kwargs={"autoincrement": True})
    request_id: UUID = Field(unique=True)
    township_code: str = Field(max_length=12)
    tokens: str  # parted by blanks


TABLE = table_of(SearchText)
keep_words_beside(TABLE)
