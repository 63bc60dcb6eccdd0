"""The schema that this program works with: the newest migration, without importing Alembic to ask."""

SCHEMA = "0003"
VERSION_TABLE = "alembic_version"
