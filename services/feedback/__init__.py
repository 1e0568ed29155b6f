"""满意度与考核: what the people served think of the work, and what the work comes to.

Owns invitations with the ratings given on the real-name track, cells with the ballots of the anonymous one, a record of
each case as its facts tell it, what villages disclose and are asked about it, who was held to account or praised, and a
replica of areas, organisations, posts and mandates. Hears `members` (areas, organisations, posts, bound accounts,
erasures, keys of cells) and `tasks` (the way of each request and of its rectifications, mandates). Tells that a bad
grade was found, and never which grade; that a cell was opened, and that one closed below the line. Scorecards are read
from the records of cases: nothing is counted up and kept, so nothing can drift.
"""
