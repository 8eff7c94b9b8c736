"""Published versions for the tests of the dashboard's pages. What does not belong here: pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.settings import Settings, load_settings


@pytest.fixture
def home(demo_home: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The demo's version as what this process publishes; nobody may change it."""
    monkeypatch.setenv("PAPERTIDE_HOME", str(demo_home.home))
    load_settings.cache_clear()
    return demo_home


@pytest.fixture
def changed_home(home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A version in which the hostile paper had another title, and its author is not certain."""
    from tests.fakes.warehouse import HOSTILE_ID, copy_of, publish_changed

    copied = copy_of(home, tmp_path / "changed")
    change = f"""
        update paper_authors set
            identity_method = 'rare name', identity_confidence = 0.949, identity_evidence = ['<u>']
        where paper_id = '{HOSTILE_ID}';
        insert into paper_titles
        select paper_id, 0, '<i>An earlier</i> title', source,
            timestamp '2026-11-01', timestamp '2026-11-19', false
        from paper_titles where paper_id = '{HOSTILE_ID}'
    """
    publish_changed(copied, "29990101T000000Z", change)
    monkeypatch.setenv("PAPERTIDE_HOME", str(copied.home))
    load_settings.cache_clear()
    return copied
