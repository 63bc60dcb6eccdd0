"""The hot statements, written once over the tables and rendered to text ahead of time.

Importing SQLAlchemy takes longer than a whole command may, so at run time only the text is imported
(`storage/rendered.py`, kept in step by a test). Names in capitals are statements; each value that a
caller gives is a `bindparam`, and all else is written into the text, because SQLite uses a partial
index only where it can read the condition.
"""
