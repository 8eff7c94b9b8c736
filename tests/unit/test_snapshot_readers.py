"""Readers of versions: one whole version each, read-only, even while a publisher is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import duckdb

from orchestration.publish import snapshot
from orchestration.settings import Settings
from tests.unit.small_build import NOON, build, published_papers


def test_an_open_reader_keeps_its_version_and_a_new_one_gets_the_newest(
    settings: Settings,
) -> None:
    build(settings, papers=1)
    snapshot.publish(settings, NOON)
    with duckdb.connect(str(settings.link.resolve()), read_only=True) as reader:
        build(settings, papers=2)
        snapshot.publish(settings, NOON + timedelta(hours=1))
        assert reader.execute("select count(*) from papers").fetchone() == (1,)
    with duckdb.connect(str(settings.link.resolve()), read_only=True) as reader:
        assert reader.execute("select count(*) from papers").fetchone() == (2,)


def test_whoever_forgets_readonly_is_refused(settings: Settings, tmp_path: Path) -> None:
    """As root the mode of a file means nothing, so the reader becomes nobody."""
    build(settings, papers=3)
    snapshot.publish(settings, NOON)
    drop = ""
    if os.geteuid() == 0:
        for folder in (settings.home, *settings.home.parents):
            if folder.is_relative_to(tmp_path.parent.parent):
                folder.chmod(0o755)
        drop = "os.setgroups([]); os.setgid(65534); os.setuid(65534); "
    code = f"import os, duckdb; {drop} duckdb.connect({str(settings.link)!r}).execute('select 1')"

    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert answer.returncode == 1
    assert "IOException" in answer.stderr
    assert "Permission denied" in answer.stderr


def test_killed_at_any_moment_readers_see_whole_versions(
    settings: Settings, thorough: bool
) -> None:
    """A publisher is killed again and again; the link always opens and holds a whole table."""
    build(settings, papers=5_000)
    snapshot.publish(settings)
    code = (
        "from orchestration.settings import load_settings\n"
        "from orchestration.publish.snapshot import publish\n"
        "print('ready', flush=True)\n"
        "settings = load_settings()\n"
        "while True:\n"
        "    publish(settings)\n"
        # A build of another time is copied, one of the same is linked.
        "    publish(settings)\n"
        "    settings.build_database.touch()\n"
    )
    for kill in range(20 if thorough else 3):
        publisher = subprocess.Popen(
            [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert publisher.stdout is not None
        publisher.stdout.readline()
        try:
            publisher.wait(0.05 + 0.07 * (kill % 5))
        except subprocess.TimeoutExpired:
            publisher.kill()
        publisher.wait()
        publisher.stdout.close()
        assert published_papers(settings) == 5_000
        assert snapshot.verify(settings, str(snapshot.current_version(settings))) == []
