"""The Makefile's own logic: when the dbt project is parsed again, and what setting up mends.

What does not belong here: any command.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.settings import PROJECT_ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that is set up: the parse is newer than all it was made from."""
    shutil.copy(PROJECT_ROOT / "Makefile", tmp_path)
    names = [f"dbt_project/{folder}/one.sql" for folder in ("macros", "models", "seeds", "tests")]
    names += ["requirements.txt", "pyproject.toml", "dbt_project/dbt_project.yml"]
    for name in (*names, ".venv/.ready", "dbt_project/target/manifest.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    for path in (tmp_path, *tmp_path.rglob("*")):
        age = 60 if path.name == "manifest.json" else 90 if path.name == ".ready" else 120
        os.utime(path, (path.stat().st_mtime - age,) * 2)
    return tmp_path


def is_parsed_again(checkout: Path) -> bool:
    answer = subprocess.run(
        ["make", "--dry-run", "data"], cwd=checkout, capture_output=True, text=True, check=True
    )
    assert "orchestration data" in answer.stdout
    return "orchestration prepare" in answer.stdout


def test_the_project_is_parsed_again_when_a_model_is_gone(checkout: Path) -> None:
    assert not is_parsed_again(checkout)
    (checkout / "dbt_project/models/one.sql").unlink()
    assert is_parsed_again(checkout)


def test_the_project_is_parsed_again_when_a_model_changes(checkout: Path) -> None:
    (checkout / "dbt_project/models/one.sql").write_text("select 1")
    assert is_parsed_again(checkout)


def test_setting_up_mends_what_a_python_without_its_venv_package_left(checkout: Path) -> None:
    """Debian's python3 without python3-venv fails and leaves an environment that lacks pip."""
    shutil.rmtree(checkout / ".venv")
    half = [sys.executable, "-m", "venv", "--without-pip", ".venv"]
    subprocess.run(half, cwd=checkout, check=True)

    answer = subprocess.run(
        ["make", f"PYTHON={sys.executable}", "setup"],
        cwd=checkout,
        # It ends where packages would have to come from an index.
        env=os.environ | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "No module named pip" not in answer.stderr
    assert "No matching distribution found for uv" in answer.stderr
