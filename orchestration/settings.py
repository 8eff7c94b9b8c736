"""Every path, address and switch of Papertide, in one validated object.

This is the only module that reads ``PAPERTIDE_*`` environment variables. Everything else receives
a :class:`Settings` or one of its values. What does not belong here: logic that uses a setting.
"""

from __future__ import annotations

import os
import re
from datetime import date
from email.utils import parseaddr
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent
"""The checkout: the folder that holds ``dbt_project/`` and ``dashboard/``."""

FIRST_LISTING_DATE = date(2023, 5, 4)
"""The hub's first listing date."""


_READ_ELSEWHERE = {
    "PAPERTIDE_SPARK_MEMORY",
    "PAPERTIDE_SPARK_PARTITIONS",
    "PAPERTIDE_SPARK_ADAPTIVE",
    "PAPERTIDE_RECORDED",
}
"""Variables of dbt's profile for Spark and of the tests: no settings, and no mistakes either."""


class SettingsError(ValueError):
    """A ``PAPERTIDE_*`` variable has a value that can't be used; the message names it."""


class Source(StrEnum):
    """Where listings come from when nothing else is said."""

    AUTO = "auto"
    LIVE = "live"
    DEMO = "demo"


def _base_url(value: str) -> str:
    TypeAdapter(AnyHttpUrl).validate_python(value)
    return value.rstrip("/")


BaseUrl = Annotated[str, AfterValidator(_base_url)]


class Settings(BaseSettings):
    """Validated settings. Each field is read from ``PAPERTIDE_<FIELD>``.

    Raises:
        pydantic.ValidationError: a value is of the wrong form; use :func:`load_settings` to get a
            :class:`SettingsError` that names the variable instead.
    """

    # `PAPERTIDE_HOME=` means that nothing was chosen, not the current folder.
    model_config = SettingsConfigDict(env_prefix="PAPERTIDE_", frozen=True, env_ignore_empty=True)

    home: Path = Field(PROJECT_ROOT / "data", description="data folder")
    lake_url: str | None = Field(
        None,
        description="the lake's folder: s3://bucket/prefix?region=…, gs://bucket/prefix or"
        " file:///path, default lake in the data folder",
    )
    source: Source = Field(
        Source.AUTO, description="auto: hub, else demo; live: hub only; demo: no network"
    )
    hub_url: BaseUrl = Field("https://huggingface.co", description="address of the hub")
    hub_token: SecretStr | None = Field(None, description="optional token sent to the hub")
    arxiv_url: BaseUrl = Field(
        "https://export.arxiv.org", description="address of the arXiv Atom API"
    )
    collect_days: int = Field(
        14,
        ge=1,
        le=366,
        description="listing days collected by default; a day is observed for so long, 14 at most",
    )
    hub_requests_per_5_minutes: int = Field(
        450,
        ge=1,
        description="most hub calls in 300 s; a lower limit told by the hub wins",
    )
    hub_concurrency: int = Field(4, ge=1, le=4, description="most hub requests at once")
    request_timeout_seconds: float = Field(30, gt=0, description="timeout of one request")
    request_attempts: int = Field(6, ge=1, le=20, description="tries of a request before it fails")
    keep_versions: int = Field(5, ge=1, description="published versions kept")
    dashboard_port: int = Field(8501, ge=1, le=65535, description="port of the dashboard")
    dagster_port: int = Field(3000, ge=1, le=65535, description="port of the Dagster UI")
    public_url: BaseUrl = Field(
        default_factory=lambda known: f"http://127.0.0.1:{known['dashboard_port']}",
        description="the dashboard's address in feeds and mails",
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="mail server: smtps://user:password@host (TLS), smtp://… (STARTTLS, demanded)"
        " or smtp+plain://host (neither TLS nor login); without it no mail is sent",
    )
    smtp_ca_file: Path | None = Field(
        None, description="certificates the mail server's must come from, default the system's"
    )
    mail_from: str = Field(
        "Papertide <papertide@localhost>", description="sender of confirmations and digests"
    )
    subscriptions_url: SecretStr | None = Field(
        None,
        description="database of the subscriptions: postgresql://user:password@host/database or"
        " sqlite:////path, default subscriptions.db in the data folder",
    )
    confirmation_hours: int = Field(48, ge=1, description="a confirmation link works so long")
    mail_link_days: int = Field(180, ge=30, description="a digest's links work so long")
    memory_limit: str | None = Field(
        None,
        pattern=r"^\d+(\.\d+)?\s?(MB|GB|MiB|GiB)$",
        description="DuckDB's memory limit for the build, default what the lake needs, and"
        " 24 % of the machine's or the container's memory at most",
    )
    accept_vanished: bool = Field(
        False, description="a build, or a replay, may tell fewer observations than before"
    )

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("lake_url")
    @classmethod
    def _folder_or_bucket(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(value)
        if parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc:
            return value
        from orchestration import objects  # see `lake`

        # Credentials in an address end up in logs: AWS's and Google's chains find them elsewhere.
        known = {(objects.S3, None), (objects.GOOGLE, None), (objects.GOOGLE, "anonymous")}
        if (parts.scheme, parts.username) not in known or not parts.hostname:
            raise ValueError(
                "must be s3://bucket/prefix or gs://bucket/prefix without credentials, or"
                " file:///path"
            )
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        parts = urlsplit(value.get_secret_value()) if value else None
        # The messages must not repeat the address: it may hold a password.
        if parts and (parts.scheme not in ("smtp", "smtps", "smtp+plain") or not parts.hostname):
            raise ValueError("must be smtps://host, smtp://host or smtp+plain://host")
        try:
            _ = parts and parts.port
        except ValueError:
            raise ValueError("its port is no number up to 65535") from None
        if parts and parts.scheme == "smtp+plain" and parts.username:
            raise ValueError("a login needs TLS: smtps:// or smtp://")
        return value

    @field_validator("subscriptions_url")
    @classmethod
    def _database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        from sqlalchemy import make_url  # which few readers of settings want
        from sqlalchemy.exc import ArgumentError

        # PostgreSQL's own tools and many hosts spell it so; SQLAlchemy does not know it.
        address = re.sub("^postgres://", "postgresql://", value.get_secret_value())
        try:
            dialect = make_url(address).get_dialect()
            dialect.import_dbapi()
            is_usable = dialect.name in ("postgresql", "sqlite") and not dialect.is_async
        except (ArgumentError, ValueError, ImportError):
            is_usable = False
        if not is_usable:
            # The message must not repeat the address: it may hold a password.
            raise ValueError("must be postgresql://user:password@host/database or sqlite:////path")
        return SecretStr(address)

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        name, address = parseaddr(value)
        local, _, domain = address.rpartition("@")
        is_written_so = value.strip() in (address, f"{name} <{address}>", f'"{name}" <{address}>')
        is_one = address.isascii() and " " not in address
        if not (local and domain and is_one and is_written_so and value.isprintable()):
            raise ValueError("must be name@example.org or Name <name@example.org>")
        return value

    @property
    def inbox(self) -> Path:
        """Where people drop listing pages."""
        return self.home / "inbox"

    @property
    def landing(self) -> Path:
        """Exact bytes of every response and page."""
        return self.home / "landing"

    @property
    def lake(self) -> Path:
        """Typed Parquet, one folder a dataset of ``collect/schema.py``; here or in a bucket."""
        if not self.lake_url:
            return self.home / "lake"
        from orchestration import objects  # brings pyarrow, which few readers of settings want

        if objects.is_address(self.lake_url):
            return objects.folder(self.lake_url, self.home)
        return Path(unquote(urlsplit(self.lake_url).path))

    @property
    def searches(self) -> Path:
        """Saved searches, one YAML file each."""
        return self.home / "searches"

    @property
    def feeds(self) -> Path:
        """The Atom feeds as served, and what is known of their entries."""
        return self.home / "feeds"

    @property
    def digests(self) -> Path:
        """Digests written as files, to be looked at."""
        return self.home / "digests"

    @property
    def subscriptions_database(self) -> str:
        """SQLAlchemy address of the subscriptions."""
        if self.subscriptions_url:
            return self.subscriptions_url.get_secret_value()
        return f"sqlite:///{self.home / 'subscriptions.db'}"

    @property
    def build_database(self) -> Path:
        """The database dbt builds the marts into; nothing else opens it."""
        return self.home / "build.duckdb"

    @property
    def work_database(self) -> Path:
        """What dbt makes the marts from, staging and intermediate; nothing else opens it."""
        return self.home / "work.duckdb"

    @property
    def build_audit(self) -> Path:
        """Which state of the build database has passed all its tests of error severity."""
        return self.home / "build.audit.json"

    @property
    def published(self) -> Path:
        """Immutable published versions."""
        return self.home / "published"

    @property
    def link(self) -> Path:
        """The link to the newest published version: what readers open."""
        return self.home / "papers.duckdb"

    @property
    def dagster_home(self) -> Path:
        """Dagster's own storage; losing it loses no data of Papertide's."""
        return self.home / "dagster"

    @property
    def logs(self) -> Path:
        """What the servers started by ``make up`` print."""
        return self.home / "logs"

    @property
    def dbt_target(self) -> Path:
        """dbt's manifest and other artifacts."""
        return self.home / "dbt_target"

    @property
    def reports(self) -> Path:
        """Benchmark and evaluation reports, and the last runs."""
        return self.home / "reports"

    @property
    def runs_report(self) -> Path:
        """What the last Dagster runs were, for those who don't open Dagster."""
        return self.reports / "runs.json"


@cache
def load_settings() -> Settings:
    """Read and validate the settings once a process.

    Raises:
        SettingsError: a value can't be used, or a ``PAPERTIDE_*`` variable is unknown.
    """
    known = {f"PAPERTIDE_{name.upper()}" for name in Settings.model_fields}
    unknown = sorted(
        name
        for name in os.environ
        if name.startswith("PAPERTIDE_") and name.upper() not in known | _READ_ELSEWHERE
    )
    if unknown:
        raise SettingsError(
            f"unknown setting {', '.join(unknown)}; known: {', '.join(sorted(known))}"
        )
    try:
        return Settings()
    except ValidationError as error:
        problems = "; ".join(
            f"PAPERTIDE_{str(problem['loc'][0]).upper()}: {problem['msg']}"
            for problem in error.errors()
            # A default that is made of a wrong value is no mistake of its own.
            if problem["type"] != "default_factory_not_called"
        )
        raise SettingsError(problems) from None
