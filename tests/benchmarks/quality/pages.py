"""Every scale claim on saved listing pages, card by card, to be read by a person.

The page that ships with Papertide, and the recorded pages where there are any. What does not belong
here: judging a claim (``scale_claims.py``), parsing a page.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from orchestration import home as data_folder
from orchestration import transform
from orchestration.collect.inbox import BUNDLED, collect_bundled, collect_inbox
from orchestration.settings import Settings, load_settings

CLAIMS = """
    select fields.title,
        list(claims.text_span || ' = ' || format('{:,.0f}', claims.claim_value) || ' '
            || claims.unit order by claims.claim_value) filter (where claims.unit is not null)
    from intermediate.int_papers__newest_fields as fields
    left join build.paper_scale_claims as claims on fields.paper_id = claims.paper_id
    group by fields.paper_id, fields.title
    order by fields.title
"""


def claims_on_pages(recorded: Path | None) -> dict[str, Any]:
    """The claims of each page, under its name."""
    pages = sorted((recorded / "pages").iterdir()) if recorded else []
    return {
        f"bundled {BUNDLED}": _claims(collect_bundled),
        **{f"recorded {page.name}": _claims(_dropped(page)) for page in pages},
    }


def _dropped(page: Path) -> Callable[[Settings], Any]:
    def collect(settings: Settings) -> Any:
        shutil.copy(page, settings.inbox)
        return collect_inbox(settings, settle_seconds=0)

    return collect


def _claims(collect: Callable[[Settings], Any]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="papertide-page-") as folder:
        settings = load_settings().model_copy(update={"home": Path(folder).resolve()})
        data_folder.prepare(settings)
        collect(settings)
        for _ in transform.build(
            settings, ("--resource-type=model", "--select=+paper_scale_claims")
        ):
            pass
        with duckdb.connect(str(settings.work_database), read_only=True) as connection:
            connection.execute(f"attach '{settings.build_database}' as build (read_only)")
            cards = connection.sql(CLAIMS).fetchall()
    return {
        "cards": len(cards),
        "claims": sum(len(claims or ()) for _, claims in cards),
        "found": [
            {"title": title, "claims": "; ".join(claims)} for title, claims in cards if claims
        ],
    }
