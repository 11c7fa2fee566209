"""Pictures of surveys."""
