"""What the macros for Spark write, told without Spark.

What does not belong here: that Spark takes it and gives the same tables (``test_spark.py``).
"""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import Environment

from orchestration.transform import DBT_PROJECT


def macros() -> Any:
    """The macros of `spark.sql`; those that need nothing of dbt can be called."""
    text = (DBT_PROJECT / "macros" / "spark.sql").read_text()
    return Environment(extensions=["jinja2.ext.do"]).from_string(text).module


@pytest.mark.parametrize(
    ("address", "folder"),
    [
        ("/data/lake", "/data/lake"),
        ("file:///mnt/lake/", "file:///mnt/lake"),
        ("s3://papertide/lake?region=eu-central-1", "s3a://papertide/lake"),
        ("s3://papertide/lake/?endpoint_override=h:1&scheme=http", "s3a://papertide/lake"),
        ("gs://papertide/lake?retry_limit_seconds=5", "gs://papertide/lake"),
    ],
)
def test_spark_opens_the_lake_without_the_address_parameters(address: str, folder: str) -> None:
    assert macros().spark_folder(address) == folder


@pytest.mark.parametrize(
    ("contract", "spark"),
    [
        ("varchar[]", "array<string>"),
        ("timestamptz", "timestamp"),
        ("struct(name varchar, at timestamptz)[]", "array<struct<name string, at timestamp>>"),
    ],
)
def test_types_of_contracts_are_told_as_spark_names_them(contract: str, spark: str) -> None:
    assert macros().spark_type(contract).strip() == spark
