"""The schema that this program works with: the newest migration, without importing Alembic to ask."""

SCHEMA = "0004"
VERSION_TABLE = "alembic_version"
