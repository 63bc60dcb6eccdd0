"""What people said of pathways, and what the site decided about itself: only ever added to."""

from pathways.model import Review
from pathways.moments import Moment
from storage import rendered as sql
from storage.queries import Queries
from storage.rows import PathwayRow, ReviewRow, SettingRow


class Reviews(Queries):
    """The part of the store that says what may be used."""

    def pathways(self) -> list[PathwayRow]:
        """List what is installed, by name and version, each with what was said of it last."""
        return [PathwayRow(*found) for found in self._all(sql.PATHWAYS)]

    def review(self, digest: str) -> Review:
        """Return the status that a pathway has now."""
        status: Review = self._value(sql.REVIEW, digest=digest)
        return status

    def reviews(self, digest: str) -> list[ReviewRow]:
        """Return everything that was said of a pathway, in order."""
        return [ReviewRow(*found) for found in self._all(sql.REVIEWS, digest=digest)]

    def add_review(self, digest: str, status: Review, *, because: str, at: Moment, by: str) -> None:
        self._run(sql.ADD_REVIEW, digest=digest, status=status, because=because, at=at, actor=by)

    def settings(self, name: str) -> list[SettingRow]:
        """Return everything the site decided under a name, in order; the last counts."""
        return [SettingRow(*found) for found in self._all(sql.SETTINGS, name=name)]

    def add_setting(self, name: str, value: str, *, because: str, at: Moment, by: str) -> None:
        self._run(sql.ADD_SETTING, name=name, value=value, because=because, at=at, actor=by)
