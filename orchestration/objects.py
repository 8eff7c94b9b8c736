"""Folders in an object store that answer like pathlib's, over pyarrow's file systems.

An object has its name when all of its bytes are there: one PUT, or one completed upload, makes it,
and a process killed before leaves nothing. There is no lock in an object store, so the locks of a
folder there are files of a local folder. What does not belong here: what the objects mean.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import parse_qs, urlsplit

import fsspec
import pyarrow.fs as pafs
from fsspec.implementations.arrow import ArrowFSWrapper
from upath import UPath

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

S3: Final = "s3"
GOOGLE: Final = "gs"
SCHEMES: Final = (S3, GOOGLE)

EXTENSIONS: Final = ("httpfs", "aws")
"""What DuckDB reads S3 with: extensions from PyPI, of DuckDB's own version."""


class ObjectStore(ArrowFSWrapper):
    """pyarrow's file system of an object store, as fsspec and UPath take it.

    Args:
        url: a folder's address, with pyarrow's parameters (``region``, ``endpoint_override``, …).
        locks: local folder for the locks of everything in it.
    """

    protocol = SCHEMES

    def __init__(self, url: str, locks: str) -> None:
        filesystem, _ = pafs.FileSystem.from_uri(url)
        super().__init__(filesystem)
        self.locks = Path(locks)

    @classmethod
    def _parent(cls, path: str) -> str:
        # The wrapper's own is no class method, as fsspec's is, and as UPath calls it.
        return str(cls._strip_protocol(path).rpartition("/")[0])

    def find(self, path: str, withdirs: bool = False, detail: bool = False, **_: Any) -> Any:
        """Everything below a folder: a request a thousand objects, where fsspec asks one a folder.

        How deep to look is left to the caller's pattern, which each name has to match anyway.
        """
        below = pafs.FileSelector(self._strip_protocol(path), recursive=True, allow_not_found=True)
        kinds = {pafs.FileType.File: "file"}
        if withdirs:
            kinds[pafs.FileType.Directory] = "directory"
        found = {
            info.path: {"name": info.path, "size": info.size, "type": kinds[info.type]}
            for info in self.fs.get_file_info(below)
            if info.type in kinds
        }
        return found if detail else sorted(found)


# fsspec's own choices for the schemes are packages that Papertide does without.
for _scheme in SCHEMES:
    fsspec.register_implementation(_scheme, ObjectStore, clobber=True)


def is_address(url: str) -> bool:
    """Whether an address is one of an object store."""
    return urlsplit(url).scheme in SCHEMES


def folder(url: str, locks: Path) -> Path:
    """The folder of an address ``s3://bucket/prefix?region=…``, to be used like pathlib's.

    Args:
        url: as pyarrow takes it; without credentials, which AWS's and Google's chains find.
        locks: local folder for its locks.
    """
    address = urlsplit(url)
    bucket = address.netloc.rpartition("@")[2]
    plain = f"{address.scheme}://{bucket}{address.path}".rstrip("/")
    return cast("Path", UPath(plain, protocol=address.scheme, url=url, locks=str(locks)))


def is_object(path: Path) -> bool:
    """Whether a path lies in an object store."""
    return isinstance(path, UPath)


def put(path: Path, content: bytes) -> None:
    """Make or replace an object, whole or not at all."""
    where, filesystem = located(path)
    assert filesystem is not None, f"{path} is no object"
    with filesystem.open_output_stream(where) as stream:
        stream.write(content)


def located(path: Path) -> tuple[str, pafs.FileSystem | None]:
    """What pyarrow's readers and writers take: a path, and its file system unless it is local."""
    if isinstance(path, UPath):
        return path.path, path.fs.fs
    return str(path), None


def lock_folder(path: Path) -> Path:
    """The local folder that holds the lock of a folder: beside it, or the store's own."""
    return path.fs.locks if isinstance(path, UPath) else path.parent


def let_read(connection: DuckDBPyConnection, url: str) -> None:
    """Let DuckDB read an address with the credentials that pyarrow finds.

    Its own reader of Google's wants keys of another kind (HMAC), so there it reads through pyarrow.

    Raises:
        RuntimeError: the extensions for S3 are not installed.
    """
    address = urlsplit(url)
    if address.scheme == GOOGLE:
        connection.register_filesystem(ObjectStore(url, locks=""))
        return
    told = {name: values[-1] for name, values in parse_qs(address.query).items()}
    for name in EXTENSIONS:
        connection.execute(f"load '{_extension(name)}'")
    options = {"region": told.get("region")}
    if endpoint := told.get("endpoint_override"):
        options |= {"endpoint": endpoint, "url_style": "path"}
    given = "".join(f", {name} '{value}'" for name, value in options.items() if value)
    use_ssl = str(told.get("scheme", "https") == "https").lower()
    connection.execute(
        f"create or replace secret lake (type s3, provider credential_chain, use_ssl {use_ssl}"
        f"{given}, scope 's3://{address.netloc}')"
    )


def _extension(name: str) -> Path:
    package = find_spec(f"duckdb_extension_{name}")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError(
            f"DuckDB can't read {S3}:// without its {name} extension: install papertide[s3]"
        )
    return next(Path(package.submodule_search_locations[0]).rglob("*.duckdb_extension"))
