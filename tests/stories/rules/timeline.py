"""A history written entry by entry, for what a table of days cannot say; days count from its beginning."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from msgspec import structs

from pathways.follow import follow, outlook
from pathways.history import AnswerName, Entry, Kind, PromptKey, Value
from pathways.model import Pathway, Rule
from pathways.moments import Moment, shown, typed
from pathways.reading import read_file
from pathways.standing import Prompt, Standing
from tests.stories.rules.resuming import Resumed

HERE = Path(__file__).parent
Day = int | str


def pathway_of(name: str) -> Pathway:
    return read_file(HERE / f"{name}.yaml")


def changed(name: str, rule: str, **keys: object) -> "Timeline":
    """Begin a story on a pathway of which one rule has other keys, also such as no file may have."""
    pathway = pathway_of(name)

    def as_wanted(each: Rule) -> Rule:
        return structs.replace(each, **keys) if each.id == rule else each

    rules = tuple(map(as_wanted, pathway.rules))
    return Timeline(structs.replace(pathway, rules=rules, digest=f"{pathway.digest} {rule} {keys}"))


class Timeline:
    """Each call writes what was recorded together, and looks whether a resumed standing would be the same.

    A day is a number, or a number and a time: `3` is the whole third day, `"3 14:30"` a moment of it.
    """

    def __init__(
        self, pathway: Pathway | str, begins: str = "2026-03-02", zone: str = "Europe/London"
    ) -> None:
        self.pathway = pathway_of(pathway) if isinstance(pathway, str) else pathway
        self.begins = date.fromisoformat(begins)
        self.zone = zone
        self.entries: list[Entry] = []
        self._resumed = Resumed(self.pathway)

    def day(self, number: int) -> date:
        return self.begins + timedelta(days=number)

    def moment(self, day: Day) -> Moment:
        number, _, time = str(day).partition(" ")
        return typed(f"{self.day(int(number))} {time}".strip(), self.zone)[0]

    def enrol(self, day: Day = 0, **facts: Value) -> int:
        """Enrol the patient, with facts recorded at the same moment; returns the number of the last entry."""
        return self.write(day, ("enrolled", {"name": self.pathway.name, "zone": self.zone}), facts=facts)

    def record(self, day: Day, **facts: Value) -> int:
        return self.write(day, facts=facts)

    def book(self, day: Day, fact: str, number: int, value: str) -> int:
        return self.write(day, ("fact", {"name": fact, "booking": number, "value": value}))

    def advance(self, day: Day, *events: str, facts: Mapping[str, Value] | None = None, **fields: Any) -> int:  # noqa: ANN401  # the fields of Entry
        """Record events into the states they lead to, without judging whether the state has them."""
        return self.write(day, *(("event", self._event(event) | fields) for event in events), facts=facts)

    def answer(self, day: Day, answer: AnswerName, rule: str, *key: int, until: Day | None = None) -> int:
        """Answer the prompt of a rule; `key` is its episode, occurrence and booking."""
        prompt = PromptKey(rule, *(key or (1,)))
        ends = None if until is None else self.moment(until)
        return self.write(day, ("answer", {"name": answer, "prompt": prompt, "until": ends}))

    def leave(self, day: Day, reason: str = "moved-away") -> int:
        return self.write(day, ("exit", {"name": reason}))

    def note(self, day: Day) -> int:
        return self.write(day, ("note", {"because": "A note"}))

    def correct(self, number: int, day: Day | None = None, **changes: Any) -> int:  # noqa: ANN401  # the fields of Entry
        """Write an entry again, at another day or with other fields, in the place of the first."""
        old = self.entries[number - 1]
        at = old.happened_at if day is None else self.moment(day)
        return self._append(
            structs.replace(
                old, **changes, number=self._next, happened_at=at, replaces=number, because="A slip"
            )
        )

    def withdraw(self, number: int) -> int:
        at = max(entry.happened_at for entry in self.entries)
        return self._append(
            Entry(
                number=self._next,
                kind="withdrawn",
                happened_at=at,
                recorded_at=at,
                by="ann",
                replaces=number,
                because="A slip",
            )
        )

    def write(
        self, day: Day, *entries: tuple[Kind, dict[str, Any]], facts: Mapping[str, Value] | None = None
    ) -> int:
        """Write entries of one moment, the facts among them last."""
        at = self.moment(day)
        every = [
            *entries,
            *(("fact", {"name": name, "value": value}) for name, value in (facts or {}).items()),
        ]
        written = [
            Entry(
                number=self._next + place,
                kind=kind,
                happened_at=at,
                recorded_at=at,
                by="ann",
                only_day=" " not in str(day),
                **fields,
            )
            for place, (kind, fields) in enumerate(every)
        ]
        return self._append(*written)

    def standing(self, until: Day | None = None) -> Standing:
        """Return what follows from the history, or from what of it had happened by a day."""
        return follow(self.pathway, self.entries, until=None if until is None else self.moment(until))

    def outlook(self) -> Standing:
        return outlook(self.pathway, self.standing())

    def prompts(self) -> dict[PromptKey, Prompt]:
        """Return every prompt there is or was, and what time alone will make of it."""
        standing = self.outlook()
        return {prompt.key: prompt for prompt in (*standing.ended, *standing.prompts.values())}

    def prompt(self, rule: str, *key: int) -> Prompt:
        return self.prompts()[PromptKey(rule, *(key or (1,)))]

    def there(self) -> set[str]:
        """Name the rules of the prompts that have not ended, open or still to open."""
        return {prompt.key.rule for prompt in self.standing().prompts.values()}

    def said(self, moment: Moment | None) -> str | None:
        """Write a moment in the local time of the story."""
        return None if moment is None else shown(moment, self.zone)

    @property
    def _next(self) -> int:
        return len(self.entries) + 1

    def _append(self, *entries: Entry) -> int:
        self.entries += entries
        self._resumed.goes_on(self.entries)
        assert self._resumed.standing == follow(self.pathway, self.entries), "resumed differs"
        return len(self.entries)

    def _event(self, event: str) -> dict[str, Any]:
        step = next(
            step for track in self.pathway.tracks for step in track.transitions if step.event == event
        )
        return {"name": event, "track": step.track, "source": step.sources[0], "to": step.to}
