"""What contact history says about an account: will it be reached, will it pay, when and by what.

`learn` puts the pieces together: `history` reads the two files, `base` fits what accounts alike have in
common, `rates` adds each account's own record as far as it goes, `habits` finds hours and channels,
`calibration` compares predictions with what came later. Needs the optional extra ``scores``.
"""
