"""What became of the prompts that were raised in a period, by rule or by person, added up in the database."""

from typing import Literal, NamedTuple, TypeAlias

from pathways.moments import Moment
from storage import rendered as sql
from storage.encoding import lists_out
from storage.queries import Queries

By: TypeAlias = Literal["rule", "person"]
# A pathway, a rule of it and its tier; or a person, of whom the name is empty when nobody is named.
Key: TypeAlias = tuple[str, ...]
# From when to when days of one length follow each other, the number of the first, and that length.
Run: TypeAlias = tuple[Moment, Moment, int, int]

_KEYS: dict[By, int] = {"rule": 3, "person": 1}
_COUNTS = {"rule": sql.RULE_COUNTS, "person": sql.PERSON_COUNTS}
_MEDIANS = {"rule": sql.RULE_MEDIANS, "person": sql.PERSON_MEDIANS}
_COULD_NOT = {"rule": sql.RULE_COULD_NOT, "person": sql.PERSON_COULD_NOT}
_DISMISSED = {"rule": sql.RULE_DISMISSED, "person": sql.PERSON_DISMISSED}


class Tally(NamedTuple):
    """How many prompts were raised, and what became of them by now; each is counted once.

    Each is `acted_on`, `dismissed`, `withdrawn`, `lapsed` or `open`; `overdue` are some of the open.
    `ignored` are those that lapsed or are overdue without a word from anybody. What was raised late is
    neither overdue nor ignored until it was there for a day. Beside that counts what was said on the way:
    `seen`, `acknowledged`, `could_not`, `put_off`. `escalated` counts prompts and `escalations` how often;
    `messages` are those that were sent to people about them.
    """

    raised: int = 0
    acted_on: int = 0
    dismissed: int = 0
    withdrawn: int = 0
    lapsed: int = 0
    open: int = 0
    overdue: int = 0
    ignored: int = 0
    seen: int = 0
    acknowledged: int = 0
    could_not: int = 0
    put_off: int = 0
    escalated: int = 0
    escalations: int = 0
    messages: int = 0


class Asked(NamedTuple):
    """What is to be added up: raised from `since` on and before `until`, as it stands `now`.

    Empty `pathway` and `owner` mean any. A prompt without a due counts as overdue `undated_after` its raise;
    none counts as overdue or ignored before it was there for `fair_after`.
    """

    since: Moment
    until: Moment
    now: Moment
    undated_after: int
    fair_after: int
    pathway: str = ""
    owner: str = ""


class LoadRow(NamedTuple):
    """What was raised for somebody on a day, by the number of the day: prompts, and for how many patients."""

    person: str
    day: int
    prompts: int
    patients: int


class Burdens(Queries):
    """The part of the store that adds up what prompts ask of people. Each looks at the whole ledger once."""

    def tallies(self, asked: Asked, by: By) -> dict[Key, Tally]:
        """Count prompts by what became of them: the most first."""
        found, keys = self._all(_COUNTS[by], **asked._asdict()), _KEYS[by]
        return {each[:keys]: Tally(*each[keys:]) for each in found}

    def medians(self, asked: Asked, by: By) -> dict[Key, int]:
        """Return the median of microseconds from raised to acted on."""
        return {tuple(key): median for *key, median in self._all(_MEDIANS[by], **asked._asdict())}

    def could_not(self, asked: Asked, by: By) -> dict[Key, dict[str, int]]:
        """Count why prompts could not be done: of each the last reason."""
        return _by_key(self._all(_COULD_NOT[by], **asked._asdict()))

    def dismissed(self, asked: Asked, by: By) -> dict[Key, dict[str, int]]:
        """Count why prompts were dismissed, in the words of those who did."""
        return _by_key(self._all(_DISMISSED[by], **asked._asdict()))

    def load(self, asked: Asked, runs: list[Run]) -> list[LoadRow]:
        """Count what was raised for each person on each day on which anything was."""
        found = self._all(sql.PERSON_DAYS, **asked._asdict(), runs=lists_out(runs))
        return [LoadRow(*each) for each in found]

    def messages_to(self, asked: Asked) -> dict[str, int]:
        """Count the messages about these prompts by whom they were sent to."""
        return dict(self._all(sql.MESSAGES_TO, **asked._asdict()))

    def superseded(self, asked: Asked) -> int:
        """Count what was raised and follows no more, as the history was mended."""
        return int(self._value(sql.SUPERSEDED, **asked._asdict()))

    def not_raised(self, asked: Asked) -> int:
        """Count what is open by now and was not raised yet, whenever it opened."""
        return int(self._value(sql.NOT_RAISED, **asked._asdict()))


def _by_key(found: list[tuple[str, ...]]) -> dict[Key, dict[str, int]]:
    counts: dict[Key, dict[str, int]] = {}
    for *key, what, number in found:
        counts.setdefault(tuple(key), {})[what] = int(number)
    return counts
