"""Members and organisations: who belongs where, who holds which post, and who may sign in.

Owns: divisions, organisations, the roll with its vault columns, households and citizens, posts, signing keys.
Hears: nothing but its own signing keys.
Tells: `contracts.members`: divisions, organisations, posts, and the keys by which its tokens are checked.
"""
