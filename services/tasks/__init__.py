"""清单与办理: who promised what by when.

Owns requests, their dispatches, signatures and clocks, rectifications, notices and attachments, and the roster that
it keeps of what `members` tells. Hears `members` (areas, organisations, posts, absences, keys, misused sign-ins, bound
accounts) and, from `feedback`, that a round was graded badly. Tells the way of each request and rectification.
"""
