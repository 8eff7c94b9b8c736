"""Whether two roads lead to the same tables.

What does not belong here: the roads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import duckdb

from tests.benchmarks.measure import Facts

DECIMALS = 9
"""Sums of floating point numbers differ by the order of their terms, far less than these."""


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
    differences: dict[str, tuple[int, ...]] = {}
    rows, names = 0, list(tables)
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
            columns = {
                column: kind in ("DOUBLE", "FLOAT")
                for column, kind in types
                if column not in left_out and kind not in left_out_types
            }
            count, *only = _differing(connection, name, columns)
            rows += count
            if any(only):
                differences[name] = tuple(only)
    if differences:
        folders = (f"{path.parent.name}/{path.name}" for path in (one, other))
        raise ValueError(f"rows (only in {', only in '.join(folders)}): {differences}")
    return {"tables": len(names), "rows": rows}


def _differing(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, bool]
) -> tuple[int, int, int]:
    """Rows of a table, and how many only one of the two has; ``columns`` tells which are floats."""
    told = ", ".join(
        f'round("{name}", {DECIMALS}) as "{name}"' if is_float else f'"{name}"'
        for name, is_float in columns.items()
    )
    ours, theirs = (f"select {told} from {each}.main.{table}" for each in ("one", "other"))
    connection.execute(
        f"""create or replace temp table only_one as ({ours} except all {theirs});
        create or replace temp table only_other as ({theirs} except all {ours})"""
    )
    # Two numbers may be next to each other and still be rounded apart.
    alike = " and ".join(
        f"""(a."{name}" is not distinct from b."{name}"
            {f'or abs(a."{name}" - b."{name}") < 1.5e-{DECIMALS}' if is_float else ""})"""
        for name, is_float in columns.items()
    )
    unmatched = "(select count(*) from {} as a where not exists (from {} as b where {}))"
    found = connection.execute(
        f"""select
            (select count(*) from ({ours})),
            {unmatched.format("only_one", "only_other", alike)},
            {unmatched.format("only_other", "only_one", alike)}"""
    ).fetchone()
    return found or (0, 0, 0)
