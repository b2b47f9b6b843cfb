"""Call scripts: what an agent reads out, what the screen shows, and in which order.

A debt fact is for the person who owes, so a script first finds out who is on the line. `schema` is what a
file may say, `machine` how a call moves through it, `proof` why no way through it tells the debt too soon.
"""
