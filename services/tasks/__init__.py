"""清单与办理: who promised what by when.

Owns requests, their dispatches, signatures and clocks, rectifications, notices, attachments, readings, hotline duty
with its hand-overs, drafts and missed calls, and the roster that it keeps of what `members` tells. Hears `members`
(areas, organisations, posts, absences, clients, keys, misused sign-ins, bound accounts, unmaskings, erasures) and,
from `feedback`, that a round was graded badly. Tells the way of each request and rectification, and missed limits.
"""
