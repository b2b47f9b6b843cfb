"""Months of a portfolio: a strategy's cadence day by day, with what people do about it."""
