"""What accounts alike have in common: a logistic regression on segment and features.

Features enter as cubic splines of their ranks' knots, so that a rate may rise and fall along them; the
penalty of the regression draws a segment with few contacts towards all the others.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from strategies.errors import PacelineError

Floats = NDArray[np.float64]
Base = Callable[[Floats], Floats]
"""From circumstances, shape (rows, 1 + features), to expected rates."""

_KNOTS = 5


def require_models() -> None:
    """Raise `PacelineError` saying what to install when scikit-learn is missing."""
    if find_spec("sklearn") is None:
        raise PacelineError(
            "scores need scikit-learn: install Paceline with its extra 'scores' (pip install '.[scores]')"
        )


def fit(circumstances: Floats, outcome: Floats) -> Base:
    """Return the expected rate by circumstances; of a constant outcome, that with one contrary case added.

    Parameters
    ----------
    circumstances : array of shape (contacts, 1 + features)
        The segment's number, then the features; nan where a value is missing.
    outcome : array of shape (contacts,)
        0 or 1.
    """
    require_models()
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, SplineTransformer, StandardScaler

    if outcome.min() == outcome.max():
        rate = (outcome.sum() + 0.5) / (len(outcome) + 1)
        return lambda rows: np.full(len(rows), rate)
    # A feature that never varies has no knots and says nothing.
    varied = [column for column in range(1, circumstances.shape[1]) if len(_values(circumstances[:, column])) > 1]
    curves = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=False),
        SplineTransformer(n_knots=_KNOTS, knots="quantile", extrapolation="constant"),
        StandardScaler(),
    )
    parts = [("segment", OneHotEncoder(handle_unknown="ignore"), [0])]
    parts += [("features", curves, varied)] if varied else []
    model = make_pipeline(ColumnTransformer(parts), LogisticRegression(max_iter=1000))
    model.fit(circumstances, outcome)
    return lambda rows: model.predict_proba(rows)[:, 1]


def _values(column: Floats) -> Floats:
    return np.unique(column[~np.isnan(column)])
