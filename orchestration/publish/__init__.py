"""Publishing: versions of the warehouse, feeds, digests and subscriptions. Imports no Dagster."""
