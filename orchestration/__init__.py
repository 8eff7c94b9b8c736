"""Collects listings, builds the marts through dbt and publishes them; Dagster wires the steps."""
