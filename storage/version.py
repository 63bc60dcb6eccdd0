"""The schema that this program works with: the newest migration, without importing Alembic to ask."""

SCHEMA = "0004"
# What a file says instead whose caseload is on a server now.
MOVED = "moved"
# And while it moves: the copy is whole, but perhaps not said to be.
MOVING = "moving"
VERSION_TABLE = "alembic_version"
