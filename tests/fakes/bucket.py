"""Buckets on the loopback interface: servers like S3 and Google's, addresses for a lake in them.

What does not belong here: what lies in it.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import httpx
from moto.server import ThreadedMotoServer
from pyarrow import fs

from orchestration.settings import PROJECT_ROOT
from tests.fakes import google_storage

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}


@contextmanager
def bucket() -> Iterator[str]:
    """Serve an empty bucket as S3 does; gives the address of a folder in it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = f"region=us-east-1&scheme=http&endpoint_override={host}:{port}"
    try:
        with patch.dict(os.environ, CREDENTIALS):
            url = f"s3://tide/a/lake?{options}"
            made, _ = fs.FileSystem.from_uri(f"{url}&allow_bucket_creation=true")
            made.create_dir("tide", recursive=False)
            yield url
    finally:
        # All servers of a process share what they hold.
        httpx.post(f"http://{host}:{port}/moto-api/reset").raise_for_status()
        server.stop()


@contextmanager
def google_bucket() -> Iterator[str]:
    """Serve an empty bucket as Google's storage does; gives the address of a folder in it."""
    command = [sys.executable, "-m", google_storage.__name__]
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        try:
            endpoint = f"scheme=http&endpoint_override=127.0.0.1:{int(server.stdout.readline())}"
            folder = f"gs://anonymous@{google_storage.BUCKET}/a/lake"
            yield f"{folder}?{endpoint}&retry_limit_seconds=5"
        finally:
            server.kill()
