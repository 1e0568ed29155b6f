"""Members and organisations: who belongs where, who holds which post, and who may sign in.

Owns: divisions, organisations, the roll with its vault columns, households and citizens, posts, absences, pairings,
aid files, passwords and second factors, WeChat accounts, accounts at the identity provider, sessions and access,
clients and their keys, signing keys, keys of cells and who may draw which credential, unmaskings, requests whose
askers are protected, erasures; contacts, consents and text messages.
Hears: `contracts.tasks`: that mandates are asked for, given and over, for which requests nobody is to be named, what
requests are about and who was served by whom; `contracts.feedback`: which cells of ballots are open, which
surveys are announced or dropped; and what every service hears of its keys and of access.
Tells: `contracts.members`: divisions, organisations, households, posts, absences, pairings, accounts that are bound
to a person, clients, the keys of its tokens, of cells and of surveys, how many credentials of a survey were drawn,
access taken back, sign-ins misused, identities unmasked, persons erased, consents given.
"""
