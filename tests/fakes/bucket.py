"""A bucket on the loopback interface: an S3 server and an address for ``PAPERTIDE_LAKE_URL``.

What does not belong here: what lies in it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from moto.server import ThreadedMotoServer
from pyarrow import fs

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing"}


@contextmanager
def bucket() -> Iterator[str]:
    """Serve an empty bucket; gives the address of a folder in it."""
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
        server.stop()
