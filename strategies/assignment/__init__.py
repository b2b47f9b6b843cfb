"""Which agent gets which case: dispatched by an optimiser, or grabbed by the agents under a lease.

`rules` is what a strategy says about it, `cases` applies that to a portfolio, `dispatch` deals cases out,
`leases` lets agents claim them.
"""
