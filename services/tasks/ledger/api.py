"""All that the ledger answers over HTTP, one router for each of its nouns."""

from services.tasks.ledger.books import api as books
from services.tasks.ledger.disclosures import api as disclosures
from services.tasks.ledger.entries import api as entries
from services.tasks.ledger.funds import api as funds
from services.tasks.ledger.loans import api as loans
from services.tasks.ledger.own import api as own
from services.tasks.ledger.periods import api as periods
from services.tasks.ledger.sheets import api as sheets
from services.tasks.ledger.summaries import api as summaries

ROUTERS = (
    books.router,
    funds.router,
    entries.router,
    loans.router,
    periods.router,
    summaries.router,
    own.router,
    sheets.router,
    disclosures.router,
)
