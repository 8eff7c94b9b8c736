"""Resources and loggers of the code location. What does not belong here: the environment."""

import logging
import sys
from concurrent.futures import Future
from typing import Any

import dagster as dg
from dbt.contracts.graph.manifest import Manifest

from orchestration import transform
from orchestration.collect.reach import HubReach
from orchestration.settings import Settings, load_settings


def resources(settings: Settings | None = None) -> dict[str, Any]:
    """The resources assets ask for; a test gives its own settings."""
    return {
        "settings": settings or load_settings(),
        "hub": hub_reach,
        "dbt_manifest": dbt_manifest,
    }


@dg.resource(required_resource_keys={"settings"})
def hub_reach(context: dg.InitResourceContext) -> HubReach:
    """Whether the hub answers, and how fast it is asked: made once a run, for all its steps."""
    return HubReach(context.resources.settings)


@dg.resource(required_resource_keys={"settings"})
def dbt_manifest(context: dg.InitResourceContext) -> Future[Manifest]:
    """The parsed dbt project, loaded while the run's first steps wait for the hub."""
    return transform.load_ahead(context.resources.settings)


class _Words(logging.Formatter):
    """An asset's own words without the run's id, for people who watch a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        meta: dict[str, Any] = getattr(record, "dagster_meta", {})
        words = meta.get("orig_message", record.getMessage())
        step = meta.get("step_key") or "run"
        return f"{self.formatTime(record, '%H:%M:%S')}  {step:20} {words}"


@dg.logger(config_schema={"log_level": dg.Field(str, default_value="INFO", is_required=False)})
def console(context: dg.InitLoggerContext) -> logging.Logger:
    """Tells the progress of a run line by line on standard output."""
    logger = logging.getLogger("papertide.console")
    logger.setLevel(context.logger_config["log_level"])
    logger.propagate = False
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_Words())
    logger.handlers = [handler]
    return logger
