"""Writes `docs/reference/views.md` from the definitions of the views."""

from storage.views import VIEWS, View

_HEAD = """\
# Views

Anybody who may read the database can read these views: a spreadsheet, a notebook, Datasette.
They are stable: a column does not change its meaning without a note in the changelog.
The tables behind them may change with any version, so read the views.

Moments are ISO text in UTC to the second, such as `2026-11-03T14:30:00Z`.
Days are local days, such as `2026-11-03`.
No view has a name or a contact of a patient.

A view cannot know what time it is, so it gives moments and never a status.
Compare them with the present moment written the same way; in SQLite that is `strftime('%Y-%m-%dT%H:%M:%SZ')`,
in PostgreSQL `to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`.
Of `worklist`, with `:now` for that:

| wanted | condition |
| --- | --- |
| open | `opens_at <= :now AND coalesce(ends_at > :now, true) \
AND (coalesce(snoozed_until <= :now, true) OR coalesce(overdue_at <= :now, false))` |
| overdue | open, and `overdue_at <= :now` |
| snoozed | `opens_at <= :now AND snoozed_until > :now \
AND coalesce(overdue_at > :now, true) AND coalesce(ends_at > :now, true)` |
| not moving | open, and `taken_at` lies longer back than the site lets what was acknowledged rest |
| still to come | `opens_at > :now AND coalesce(ends_at > opens_at, true)` |
| over by time alone | `ends_at <= :now` |

Who holds a prompt depends on who is there on the day: `carepath today --json` says it, a view cannot.
Who is named for it is away on the days of `leave`, as the calendar of their zone has them:
`from_on <= :today AND :today <= to_on AND NOT withdrawn`.

Open the file read-only, so that nothing else waits for you:

```sh
sqlite3 'file:care.db?mode=ro' 'SELECT * FROM worklist'
```
"""


def views_page() -> dict[str, str]:
    """Return the text of the page by its path."""
    return {"docs/reference/views.md": "\n".join([_HEAD, *map(_section, VIEWS)])}


def _section(view: View) -> str:
    rows = "\n".join(f"| `{column.name}` | {column.meaning} |" for column in view.columns)
    return f"## {view.name}\n\n{view.say}\n\n| column | means |\n| --- | --- |\n{rows}\n"
