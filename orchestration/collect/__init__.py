"""Collecting: landing (exact bytes), parsers, and the lake (typed Parquet). Imports no Dagster."""
