"""清单与办理: who promised what by when.

Owns requests with all that is done with them: dispatches by its duty lists, signatures, clocks and the calendars that
they run by, pauses, extensions, warnings, orders, merges, outcomes, call-backs, slips, appeals, petitions,
rectifications and publications; letters of responsibility, groups, stationings, daily reports and bulletins; the
ledger of aid and credit and what was sent down without its resources; inspections with their draws, findings and
interviews; mandates and notes, visits, hotline duty, recurring duties, public pledges, post duties, model posts,
volunteers and opinions, the burden meter, notices, files, readings, a desk's lists, and the roster that it keeps of
what `members` tells. Hears `members` (areas, organisations, posts, absences, households, pairings, clients, keys,
consents, misused sign-ins, bound accounts, unmaskings, erasures), from `feedback` that a round was graded badly, and
its own facts for what the public sees. Tells the way of each request, rectification and mandate, missed limits, what
is protected and what is left out of scores.
"""
