"""Portfolios from CSV and Parquet files."""
