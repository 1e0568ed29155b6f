"""What every service answers: to those who run it, closed at the gateway, and about its audit."""

from tests.gateway.authorisation.columns import Row, everybody, signed_in

RUNNING: list[Row] = [
    everybody("GET /health/live", "the machine that watches; closed at the gateway", 200),
    everybody("GET /health/ready", "the machine that watches; closed at the gateway", 200),
    everybody("GET /metrics", "the machine that watches; closed at the gateway", 200),
    everybody("GET /openapi.json", "the gateway, which merges it; closed at the gateway", 200),
    everybody("GET /audit/days", "whoever keeps a copy, so that no past is rewritten unnoticed", 200),
    everybody("GET /audit/days/{day}", "whoever checks a proof; this day is not sealed", 404),
    signed_in("GET /audit/rows", "one's own doings, and what was done to things of one's own"),
    Row("GET /audit/proofs/{audit_id}", "who did it, and whose affair it was done to", 404),
]
