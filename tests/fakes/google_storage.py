"""Google's object storage as a process: prints its port, and serves one empty bucket until it ends.

A process of its own, as pyarrow may hold this one's interpreter while it waits for an answer. What
does not belong here: starting it, and its address (``bucket.py``).
"""

from __future__ import annotations

import logging
from functools import partial
from http.server import ThreadingHTTPServer

from gcp_storage_emulator.handlers.buckets import create_bucket
from gcp_storage_emulator.server import RequestHandler
from gcp_storage_emulator.storage import Storage

BUCKET = "tide"

if __name__ == "__main__":
    logging.getLogger("gcp_storage_emulator").setLevel(logging.ERROR)
    storage = Storage(use_memory_fs=True)
    create_bucket(BUCKET, storage)
    # The emulator's own server answers one connection at a time.
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(RequestHandler, storage))
    print(server.server_port, flush=True)
    server.serve_forever()
