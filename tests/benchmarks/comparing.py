"""Whether two roads lead to the same tables.

What does not belong here: the roads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import duckdb

from tests.benchmarks.measure import Facts

DECIMALS = 9
"""Sums of floating point numbers differ by the order of their terms, here by less than 1e-9."""


def same_rows(
    one: Path,
    other: Path,
    tables: Iterable[str],
    left_out: Collection[str] = (),
    left_out_types: Collection[str] = (),
) -> Facts:
    """Compare tables of two databases, row by row.

    Args:
        one: a database with all the tables.
        other: another one, whose tables may have further columns.
        tables: to be compared.
        left_out: columns that are not.
        left_out_types: types of columns that are not.

    Returns:
        How many tables and rows were compared.

    Raises:
        ValueError: rows differ; the message counts them, table by table.
    """
    differences, rows, names = {}, 0, list(tables)
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{one}' as one (read_only); attach '{other}' as other (read_only)"
        )
        for name in names:
            types = connection.execute(
                "select column_name, data_type from duckdb_columns()"
                " where database_name = 'one' and schema_name = 'main' and table_name = ?",
                [name],
            ).fetchall()
            columns = ", ".join(
                f'round("{column}", {DECIMALS})' if kind in ("DOUBLE", "FLOAT") else f'"{column}"'
                for column, kind in types
                if column not in left_out and kind not in left_out_types
            )
            ours, theirs = (
                f"select {columns} from {each}.main.{name}" for each in ("one", "other")
            )
            only_one, only_other, count = connection.execute(
                f"""select
                    (select count(*) from ({ours} except all {theirs})),
                    (select count(*) from ({theirs} except all {ours})),
                    (select count(*) from ({ours}))"""
            ).fetchone() or (0, 0, 0)
            rows += count
            if only_one or only_other:
                differences[name] = (only_one, only_other)
    if differences:
        folders = (f"{path.parent.name}/{path.name}" for path in (one, other))
        raise ValueError(f"rows (only in {', only in '.join(folders)}): {differences}")
    return {"tables": len(names), "rows": rows}
