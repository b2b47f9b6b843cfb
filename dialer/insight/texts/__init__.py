"""Texts of single reports, in English and Chinese; `dialer.insight.language` says them."""
