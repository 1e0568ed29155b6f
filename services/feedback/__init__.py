"""满意度与考核: what the people served think of the work, and what the work comes to.

Owns invitations with the ratings given on the real-name track, cells with the ballots of the anonymous one, what
villages decide and disclose and what is said and asked about that, who was held to account, praised, vetoed or graded,
a record of each case as its facts tell it, what became of recurring duties, and a replica of areas, organisations,
posts and mandates. Hears `members` (areas, organisations, posts, bound accounts, erasures, keys of cells) and `tasks`
(the way of each request and of its rectifications, mandates, recurring duties, how resolutions are carried out). Tells
that a bad grade was found, and never which grade; that a cell was opened, and that one closed below the line; that a
resolution is to be carried out. Scorecards are read from the records of cases: nothing is counted up and kept, so
nothing can drift.

Owns mass surveys, too: definitions, one-time codes, spent credentials, answers until they are published, results, and
that one was below the line until a later one is not; tells both. Tells which are announced that are answered by
credential; hears from `members` the keys of their parts and how many credentials were drawn.
"""
