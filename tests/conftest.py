"""Fixtures every test may use. What does not belong here: data or servers of one room."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from orchestration.home import prepare
from orchestration.settings import Settings, load_settings


def pytest_addoption(parser: pytest.Parser) -> None:
    """Tests that kill processes at random prove more the longer they go on."""
    parser.addoption("--thorough", action="store_true", help="many more kills: takes minutes")


@pytest.fixture(scope="session")
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether this run may take its time."""
    return bool(request.config.getoption("--thorough"))


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test reads the caller's data folder or reaches a real host."""
    monkeypatch.setenv("PAPERTIDE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PAPERTIDE_SOURCE", "demo")
    monkeypatch.setenv("PAPERTIDE_HUB_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PAPERTIDE_ARXIV_URL", "http://127.0.0.1:9")
    load_settings.cache_clear()


@pytest.fixture(autouse=True)
def _main_module_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit runs a page as ``__main__``, which processes started later would run again."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture
def settings() -> Settings:
    """Settings with a prepared data folder of the test's own."""
    made = load_settings()
    prepare(made)
    return made


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder with demo days that dbt built and that was published; nobody may change it."""
    from tests.fakes.warehouse import make_home

    return make_home(tmp_path_factory.mktemp("demo"))
