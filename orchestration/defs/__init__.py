"""Dagster wiring, one module a stage: no parsing, no SQL, no HTTP here.

None of these modules postpones annotations: Dagster reads contexts and config from them.
"""

import warnings

import dagster as dg

# Single-run backfills are "beta"; the version they were tried with is pinned.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
