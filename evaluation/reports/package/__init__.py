"""The package of an edition: one canonical, signed zip that a stranger can check and recompute."""
