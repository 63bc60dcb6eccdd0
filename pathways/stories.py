"""Playing stories: a history written as a table of days, and what should be prompted on each of them.

A story is played the way people work: each line is recorded on its day, and what is shown is looked at
after it (at noon, when the line gives no time). Pure: the only clock is the column of days.
"""

from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from pathways.errors import CarepathError
from pathways.history import PromptKey
from pathways.model import Pathway
from pathways.moments import Moment
from pathways.standing import Prompt, Standing
from pathways.story_entries import Recorder, label, open_prompts
from pathways.story_text import Row, Story, StoryRejected, When, day_of_story, read_stories

__all__ = ["Mismatch", "Played", "Story", "StoryRejected", "play", "read_stories"]


class Mismatch(Struct, frozen=True, kw_only=True):
    """A column of a line in which something else was shown than expected."""

    line: int
    when: When
    on: str
    column: str
    expected: tuple[str, ...]
    found: tuple[str, ...]
    open: tuple[str, ...] = ()

    def __str__(self) -> str:
        return (
            f"line {self.line}, {self.when} ({self.on}), {self.column}: "
            f"expected {_listed(self.expected)}, but it was {_listed(self.found)}; "
            f"open then: {_listed(self.open)}"
        )


class Played(Struct, frozen=True, kw_only=True):
    """What came of a story: where it differs, and what of the pathway it touched.

    A state goes with its track, a transition is named by its event and the state it left, a refusal by the
    event alone. `told` has each escalation as its rule and the how-manieth of the rule, `repeated` the rules
    whose repeats were shown.
    """

    mismatches: tuple[Mismatch, ...]
    rules: frozenset[str]
    banners: frozenset[str]
    transitions: frozenset[tuple[str, str]]
    refused: frozenset[str]
    states: frozenset[tuple[str, str]] = frozenset()
    told: frozenset[tuple[str, int]] = frozenset()
    repeated: frozenset[str] = frozenset()
    exits: frozenset[str] = frozenset()


def play(pathway: Pathway, story: Story) -> Played:
    """Play a story; raises `StoryRejected` where a line cannot be played at all."""
    player = _Player(pathway, story)
    for row in story.rows:
        try:
            player.play(row)
        except StoryRejected:
            raise
        except CarepathError as problem:
            raise StoryRejected(row.line, f"{row.when}: {problem}") from problem
    return player.played()


class _Player:
    """Plays one story, line by line, and remembers what was shown, as a person at the list would."""

    def __init__(self, pathway: Pathway, story: Story) -> None:
        self._story = story
        self._recorder = Recorder(pathway, story)
        self._open: dict[PromptKey, Prompt] = {}
        self._times: dict[PromptKey, int] = {}
        self._banners: set[str] = set()
        self._states: set[tuple[str, str]] = set()
        self._escalated: set[tuple[str, int]] = set()
        self._repeated: set[str] = set()
        self._exits: set[str] = set()
        self._looked_at: Moment | None = None
        self._mismatches: list[Mismatch] = []

    def played(self) -> Played:
        return Played(
            mismatches=tuple(self._mismatches),
            rules=frozenset(key.rule for key in self._times),
            banners=frozenset(self._banners),
            transitions=frozenset(self._recorder.transitions),
            refused=frozenset(self._recorder.refused),
            states=frozenset(self._states),
            told=frozenset(self._escalated),
            repeated=frozenset(self._repeated),
            exits=frozenset(self._exits),
        )

    def play(self, row: Row) -> None:
        """Look at what time alone has done, record what the line says, look again and compare."""
        now = self._recorder.moment(row.when, noon=True)
        if self._looked_at is not None and now <= self._looked_at:
            raise StoryRejected(row.line, "the lines of a story go forward in time")
        before = self._recorder.standing()
        told = self._told(before, now)
        new, gone = self._changes(before, now, self._brief(before, now))
        for action in row.actions:
            self._recorder.act(action, row.when, now)
        after = self._recorder.standing()
        more_new, more_gone = self._changes(after, now, self._answered(after, now))
        self._looked_at = now
        banners = _banners(after, now)
        self._banners |= banners
        self._remember(after)
        found = {
            "new": [*new, *more_new],
            "gone": [*gone, *more_gone],
            "overdue": [label(each.key) for each in self._open.values() if _overdue(each, now)],
            "banners": banners,
            "told": told,
        }
        self._compare(row, found)

    def _remember(self, standing: Standing) -> None:
        """Note where the tracks have been, and that the patient left."""
        self._states |= {(name, state) for name, track in standing.tracks.items() for state in track.visits}
        self._exits |= {standing.exit.reason} if standing.exit else set()

    def _brief(self, standing: Standing, now: Moment) -> list[Prompt]:
        """List what time alone has both opened and ended since the last line."""
        since = self._looked_at
        if since is None:
            return []
        return [
            prompt
            for prompt in standing.ended
            if prompt.ended_at is not None
            and since < prompt.ended_at <= now
            and prompt.opens_at < prompt.ended_at
            and prompt.key not in self._times
        ]

    def _answered(self, standing: Standing, now: Moment) -> list[Prompt]:
        """List what a line has opened and answered; what it has opened and done was never shown."""
        answered = {entry.prompt for entry in self._recorder.entries if entry.kind == "answer"}
        return [
            prompt
            for prompt in standing.ended
            if prompt.ended_at == now and prompt.key in answered and prompt.key not in self._times
        ]

    def _changes(self, standing: Standing, now: Moment, passing: list[Prompt]) -> tuple[list[str], list[str]]:
        """Say what has opened and what has ended since the last look; `passing` did both."""
        there = open_prompts(standing, now)
        shown = [each for each in (*passing, *there.values()) if each.key not in self._open]
        self._repeated |= {each.key.rule for each in shown if each.repeat}
        new = [self._numbered(each.key) for each in shown]
        gone = [_gone(standing, key, now) for key in self._open if key not in there]
        self._open = there
        return new, [*gone, *(f"{label(each.key)} {each.ended}" for each in passing)]

    def _numbered(self, key: PromptKey) -> str:
        """Name a prompt, with the how-manieth time its rule is shown when that is not the first."""
        alike = [each for each in self._times if (each.rule, each.booking) == (key.rule, key.booking)]
        times = self._times.setdefault(key, len(alike) + 1)
        return f"{label(key)} ({times})" if times > 1 else label(key)

    def _told(self, standing: Standing, now: Moment) -> list[str]:
        """List who was told of what since the last line, because nobody had answered."""
        since = self._looked_at
        told = [
            (prompt.key, step, each.tell)
            for prompt in (*standing.ended, *standing.prompts.values())
            for step, each in enumerate(prompt.escalates)
            if since is not None
            and since < each.at <= now
            and (prompt.ended_at is None or prompt.ended_at > each.at)
        ]
        self._escalated |= {(key.rule, step) for key, step, _ in told}
        return [f"{tell} {label(key)}" for key, _, tell in told]

    def _compare(self, row: Row, found: Mapping[str, Collection[str]]) -> None:
        there = tuple(sorted(map(label, self._open)))
        for column, cell in row.expected.items():
            expected, seen = tuple(sorted(cell)), tuple(sorted(found[column]))
            if expected != seen:
                on = day_of_story(self._story.begins, row.when.day)
                self._mismatches.append(
                    Mismatch(
                        line=row.line,
                        when=row.when,
                        on=str(on),
                        column=column,
                        expected=expected,
                        found=seen,
                        open=there,
                    )
                )


def _gone(standing: Standing, key: PromptKey, now: Moment) -> str:
    """Say how a prompt that was open went away: also by moving, or by no longer following at all."""
    for prompt in (*standing.ended, *standing.prompts.values()):
        if prompt.key == key:
            ended = prompt.ended_at is not None and prompt.ended_at <= now
            return f"{label(key)} {prompt.ended if ended else 'moved'}"
    return f"{label(key)} superseded"


def _banners(standing: Standing, now: Moment) -> frozenset[str]:
    return frozenset(
        each.id
        for each in (*standing.banners.values(), *standing.past_banners)
        if each.since <= now and (each.until is None or each.until > now)
    )


def _overdue(prompt: Prompt, now: Moment) -> bool:
    return prompt.due_at is not None and prompt.due_at <= now


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "nothing"
