"""From a portfolio, its history, a strategy and the rules to a day's contacts, by columns."""
