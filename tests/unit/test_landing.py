"""Landing keeps exact bytes, once, and never half a file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.collect.landing import LandingError, iter_landed, land, read_landed
from orchestration.files import remove_temporary

AT = datetime(2026, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
BODY = b'[{"paper":{"id":"2503.02130"}}]\nnot\nparsed\x00\xff'


def test_bytes_and_facts_come_back_untouched(tmp_path: Path) -> None:
    landed = land(tmp_path, "hub", "2026-02-03", AT, 0, BODY, url="http://hub/x", status=200)

    envelope, body = read_landed(tmp_path / landed.path)

    assert body == BODY
    assert envelope["url"] == "http://hub/x"
    assert envelope["status"] == 200
    assert landed.observed_at == AT
    assert landed.path.startswith("hub/2026-02-03/20260203T040506000789Z-p0-")


def test_the_same_bytes_at_the_same_time_land_once(tmp_path: Path) -> None:
    first = land(tmp_path, "hub", "2026-02-03", AT, 0, BODY, attempt=1)
    second = land(tmp_path, "hub", "2026-02-03", AT, 0, BODY, attempt=2)
    other = land(tmp_path, "hub", "2026-02-03", AT, 0, BODY + b" ", attempt=3)

    assert (first.is_new, second.is_new, other.is_new) == (True, False, True)
    assert second.envelope == first.envelope
    assert len(list(tmp_path.rglob("*.zst"))) == 2


@pytest.mark.parametrize("key", ["astro-ph/0601001", "..", ".hidden", "a b%2F", "ключ"])
def test_any_key_is_a_folder_below_its_kind(tmp_path: Path, key: str) -> None:
    landed = land(tmp_path, "detail", key, AT, 0, BODY)

    assert (tmp_path / landed.path).resolve().parent.parent == tmp_path / "detail"
    assert [place.key for place in iter_landed(tmp_path, "detail", key)] == [key]
    assert [place.path for place in iter_landed(tmp_path)] == [landed.path]


def test_pages_come_in_order_and_temporary_files_do_not_count(tmp_path: Path) -> None:
    for page in (10, 2, 0):
        land(tmp_path, "hub", "2026-02-03", AT, page, BODY)
    torn = tmp_path / "hub/2026-02-03/.20260203T040506000789Z-p3-00000000.zst.abc.tmp"
    torn.write_bytes(b"half")

    assert [place.page for place in iter_landed(tmp_path)] == [0, 2, 10]
    assert remove_temporary(tmp_path) == 1
    assert not torn.exists()


@pytest.mark.parametrize("damage", [b"", b"\x28\xb5\x2f\xfd", b"plain text"])
def test_a_damaged_file_is_refused(tmp_path: Path, damage: bytes) -> None:
    landed = land(tmp_path, "hub", "2026-02-03", AT, 0, BODY)
    (tmp_path / landed.path).write_bytes(damage)

    with pytest.raises(LandingError, match="is damaged"):
        read_landed(tmp_path / landed.path)
