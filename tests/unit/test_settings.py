"""Settings: every PAPERTIDE_* variable is validated, and a wrong one is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT, Settings, SettingsError, Source, load_settings


def test_defaults_need_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "SOURCE", "HUB_URL", "ARXIV_URL"):
        monkeypatch.delenv(f"PAPERTIDE_{name}")
    settings = load_settings()
    assert settings.home == PROJECT_ROOT / "data"
    assert settings.source is Source.AUTO
    assert settings.collect_days == 14


def test_a_home_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PAPERTIDE_HOME", "tide")
    assert load_settings().home == tmp_path / "tide"


def test_an_empty_variable_chooses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "SOURCE", "HUB_URL", "COLLECT_DAYS", "SMTP_URL"):
        monkeypatch.setenv(f"PAPERTIDE_{name}", "")
    settings = load_settings()
    assert settings.home == PROJECT_ROOT / "data"
    assert settings.collect_days == 14
    assert settings.smtp_url is None


def test_links_lead_to_the_dashboards_port(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().public_url == "http://127.0.0.1:8501"
    load_settings.cache_clear()
    monkeypatch.setenv("PAPERTIDE_DASHBOARD_PORT", "8600")
    assert load_settings().public_url == "http://127.0.0.1:8600"
    load_settings.cache_clear()
    monkeypatch.setenv("PAPERTIDE_DASHBOARD_PORT", "70000")
    with pytest.raises(SettingsError) as told:
        load_settings()
    assert "PUBLIC_URL" not in str(told.value)


def test_an_address_loses_its_last_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTIDE_HUB_URL", "http://127.0.0.1:8080/")
    assert load_settings().hub_url == "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SOURCE", "internet"),
        ("HUB_URL", "not an address"),
        ("COLLECT_DAYS", "0"),
        ("KEEP_VERSIONS", "many"),
        ("DASHBOARD_PORT", "70000"),
        ("MEMORY_LIMIT", "lots"),
        ("LAKE_URL", "ftp://bucket/lake"),
        ("LAKE_URL", "s3://key:secret@bucket/lake"),
        ("LAKE_URL", "gs://key@bucket/lake"),
        ("LAKE_URL", "gs:///lake"),
        ("LAKE_URL", "file://server/lake"),
    ],
)
def test_a_wrong_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"PAPERTIDE_{name}", value)
    with pytest.raises(SettingsError, match=f"PAPERTIDE_{name}"):
        load_settings()


def test_the_lake_lies_where_its_address_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for url, lake in (("", tmp_path / "home" / "lake"), ("file:///mnt/a%20b", Path("/mnt/a b"))):
        monkeypatch.setenv("PAPERTIDE_LAKE_URL", url)
        load_settings.cache_clear()
        assert load_settings().lake == lake
    for url, folder in (
        ("s3://tide/lake?region=eu-central-1", "s3://tide/lake"),
        ("gs://anonymous@tide/lake?retry_limit_seconds=5", "gs://tide/lake"),
    ):
        monkeypatch.setenv("PAPERTIDE_LAKE_URL", url)
        load_settings.cache_clear()
        assert str(load_settings().lake / "listings") == f"{folder}/listings"


def test_an_unknown_variable_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTIDE_HUBURL", "http://127.0.0.1:8080")
    with pytest.raises(SettingsError, match="unknown setting PAPERTIDE_HUBURL"):
        load_settings()


def test_a_variable_of_dbts_profile_is_no_mistake_and_no_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PAPERTIDE_SPARK_MEMORY", "4g")
    load_settings()
    monkeypatch.setenv("PAPERTIDE_HUBURL", "http://127.0.0.1:8080")
    load_settings.cache_clear()
    with pytest.raises(SettingsError) as told:
        load_settings()
    assert "SPARK_MEMORY" not in str(told.value)
    assert "RECORDED" not in str(told.value)


def test_a_token_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTIDE_HUB_TOKEN", "hf_secret")
    assert "hf_secret" not in repr(load_settings())


def test_the_readme_lists_every_setting() -> None:
    readme = (PROJECT_ROOT / "README.md").read_text()
    listed = set(re.findall(r"^\| `PAPERTIDE_(\w+)`", readme, re.MULTILINE))
    assert listed == {name.upper() for name in Settings.model_fields}


def test_nothing_else_reads_the_environment() -> None:
    readers = [
        path.relative_to(PROJECT_ROOT).as_posix()
        for folder in ("orchestration", "dashboard")
        for path in sorted((PROJECT_ROOT / folder).rglob("*.py"))
        if re.search(
            r"""(getenv\(|environ(\.get\(|\[)["']PAPERTIDE_\w+["']\]?(?!\]? =))""", path.read_text()
        )
    ]
    assert readers == []
