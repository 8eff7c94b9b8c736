"""A PostgreSQL of Debian's package for a test run: unix socket only, data in a temporary folder.

It refuses to run as root, so root starts it as another user. Where the package is missing, root
installs it; else the tests that need it are skipped, and fail when ``CI`` is set.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

INSTALL_SECONDS = 240


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return found[-1].parent if found else None


def _install() -> None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    # No cluster of Debian's own is wanted, and creating one is the slow part.
    configuration = Path("/etc/postgresql-common")
    if not configuration.exists():
        configuration.mkdir(parents=True)
        (configuration / "createcluster.conf").write_text("create_main_cluster = false\n")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends"]):
        packages = ["postgresql"] if command[0] == "install" else []
        subprocess.run(
            ["apt-get", *command, *packages], env=environment, timeout=INSTALL_SECONDS, check=False
        )


def _user() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def running_postgres() -> Iterator[str]:
    """A server for a while; gives the folder of its socket."""
    programs = _programs()
    if programs is None:
        _install()
        programs = _programs()
    if programs is None:
        words = "PostgreSQL is not installed (Debian's package postgresql)"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    # Not pytest's folder: a socket's path has at most 107 characters and the server's user must
    # reach it.
    folder = Path(tempfile.mkdtemp(prefix="papertide-pg-", dir="/tmp"))
    user = _user()
    if user is not None:
        shutil.chown(folder, user)
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run(
            command, user=user, cwd=folder, check=True, timeout=60, stdout=subprocess.DEVNULL
        )

    server = str(programs / "pg_ctl")
    try:
        run(str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "papertide", "-N")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run(server, "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield str(folder)
        finally:
            run(server, "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(folder: str) -> str:
    """An empty database of a running server; gives its SQLAlchemy address."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(
        f"host={folder} user=papertide dbname=postgres", autocommit=True
    ) as connection:
        connection.execute(f"create database {name}")
    return f"postgresql://papertide@/{name}?host={folder}"
