"""The command line behind the Makefile: ``python -m orchestration COMMAND``.

What does not belong here: work; each command calls one function and says how it went.
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from orchestration.settings import Settings, SettingsError, load_settings

Command = Callable[[Settings, argparse.Namespace], int]


def _up(settings: Settings, _arguments: argparse.Namespace) -> int:
    from orchestration.supervise import up

    return up(settings, say)


def _data(settings: Settings, _arguments: argparse.Namespace) -> int:
    from orchestration.runs import refresh

    refresh(settings)
    return _say_published(settings)


def _collect(settings: Settings, arguments: argparse.Namespace) -> int:
    from orchestration.runs import refresh

    refresh(settings, arguments.first, arguments.last)
    return _say_published(settings)


def _import(settings: Settings, arguments: argparse.Namespace) -> int:
    from orchestration.runs import import_recorded

    import_recorded(settings, arguments.path)
    return _say_published(settings)


def _replay(settings: Settings, _arguments: argparse.Namespace) -> int:
    from orchestration.collect.replay import replay

    say(f"the lake was rebuilt from landing: {replay(settings)}")
    return 0


def _versions(settings: Settings, _arguments: argparse.Namespace) -> int:
    from orchestration.publish.snapshot import current_version, read_manifest, versions

    current = current_version(settings)
    for version in versions(settings):
        manifest = read_manifest(settings, version)
        mark = "  <- readers get this one" if version == current else ""
        say(f"{version}  {manifest.bytes / 1e6:8.1f} MB{mark}")
    _say_pinned(settings)
    return 0


def _rollback(settings: Settings, arguments: argparse.Namespace) -> int:
    from orchestration.publish.feeds import write_feeds
    from orchestration.publish.snapshot import rollback

    say(f"readers now get {rollback(settings, arguments.version)}")
    for problem in write_feeds(settings, settings.link.resolve()).problems:
        say(problem)
    _say_pinned(settings)
    return 0


def _verify(settings: Settings, arguments: argparse.Namespace) -> int:
    from orchestration.publish.snapshot import verify, versions

    chosen = [arguments.version] if arguments.version else versions(settings)
    problems = [problem for version in chosen for problem in verify(settings, version)]
    for problem in problems:
        say(problem)
    say(f"{len(chosen)} versions verified, {len(problems)} problems")
    return 1 if problems else 0


def _digest(settings: Settings, arguments: argparse.Namespace) -> int:
    from orchestration.publish.sending import preview_digests

    if not settings.link.exists():
        raise RuntimeError("nothing is published yet: make data comes first")
    for path in preview_digests(settings, settings.link.resolve(), arguments.frequency):
        say(str(path))
    return 0


def _forget(settings: Settings, arguments: argparse.Namespace) -> int:
    from orchestration.publish.erasing import forget
    from orchestration.publish.store import open_store

    was_known = forget(open_store(settings), arguments.email)
    say("erased" if was_known else "there was nothing about that address")
    return 0


def _prepare(_settings: Settings, _arguments: argparse.Namespace) -> int:
    from orchestration.transform import parse

    parse()
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        words = f"{text!r} is no day; say for example FROM=2026-11-01 TO=2026-11-20"
        raise argparse.ArgumentTypeError(words) from None


def _path(text: str) -> Path:
    if not text:  # which a Path takes for the current folder
        raise argparse.ArgumentTypeError("nothing to import; say for example FILE=counts.csv")
    return Path(text)


def _say_published(settings: Settings) -> int:
    from orchestration.publish import snapshot

    manifest = snapshot.read_manifest(settings, snapshot.versions(settings)[-1])
    database = snapshot.database_path(settings, manifest.version)
    where = database if snapshot.pinned_version(settings) else settings.link
    say(f"published {manifest.version}: {manifest.rows.get('papers', 0):,} papers in {where}")
    _say_pinned(settings)
    if snapshot.is_made_up(settings):
        # Once more, since the words of the step that made them up have scrolled away.
        say("*** DEMO DATA: these papers are made up, until a run reaches the hub ***")
    return 0


def _say_pinned(settings: Settings) -> None:
    """Tell whom it concerns that new versions do not reach the readers."""
    from orchestration.publish.snapshot import RELEASE, pinned_version

    if version := pinned_version(settings):
        say(f"readers keep {version}, whatever is published, until: {RELEASE}")


def say(words: str) -> None:
    """Tell the person at the terminal."""
    print(words, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="papertide", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    def add(name: str, run: Command, words: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words)
        command.set_defaults(run=run)
        return command

    add("up", _up, "start the dashboard and the Dagster UI, and refresh")
    add("data", _data, "collect what is due and the inbox, build, publish")
    collect = add("collect", _collect, "collect a range of listing days, build, publish")
    collect.add_argument("--from", dest="first", type=_day, required=True)
    collect.add_argument("--to", dest="last", type=_day, required=True)
    imported = add("import", _import, "import what others recorded, build, publish")
    imported.add_argument("path", type=_path)
    add("replay", _replay, "rebuild the lake from landing alone")
    add("versions", _versions, "list the published versions")
    rollback = add("rollback", _rollback, "point readers at an earlier version")
    rollback.add_argument("version", nargs="?")
    verify = add("verify", _verify, "compare published files with their manifest")
    verify.add_argument("version", nargs="?")
    digest = add("digest", _digest, "write the next digests as files, without sending")
    digest.add_argument("frequency", nargs="?", choices=["daily", "weekly"], default="daily")
    add("forget", _forget, "erase a subscriber").add_argument("email")
    add("prepare", _prepare, "parse the dbt project for Dagster")
    return parser


def _foreseen() -> tuple[type[Exception], ...]:
    """Failures a person can act on, asked for when something failed: importing takes time."""
    import duckdb
    from sqlalchemy.exc import SQLAlchemyError

    return (RuntimeError, ValueError, OSError, duckdb.Error, SQLAlchemyError)


def main() -> int:
    """Run one command; a failure a person can act on is one line, not a traceback."""
    arguments = _parser().parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    for noisy in ("httpx", "alembic", "dagster"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        run: Command = arguments.run
        return run(load_settings(), arguments)
    except SettingsError as error:
        print(f"settings: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except _foreseen() as error:
        # Of a database its own words: SQLAlchemy puts lines of others around them.
        words = " ".join(str(error.orig).split()) if hasattr(error, "orig") else error
        print(f"papertide {arguments.command}: {words}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
