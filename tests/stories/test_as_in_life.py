"""A story is played as life is: through the database, with the acts of people, each line shows the same."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from caseload import actions, answering, enrolling, mending, patients
from caseload.pathway_files import install, library
from caseload.requests import Author, Request
from caseload.showing import show
from pathways.errors import Refused
from pathways.model import Pathway
from pathways.moments import Moment
from pathways.reading import read_file
from pathways.stories import Story
from pathways.story_entries import Recorder, label, open_prompts
from pathways.story_files import shipped, stories_of
from pathways.story_text import Action, Row, When, day_of_story
from storage.connection import Database
from tests.storage.databases import fresh

PATIENT = "P-001"
SHORT = 1  # stories of each pathway that are lived through every time; the others, when there is time
STORIES = [
    pytest.param(
        file,
        story,
        id=f"{file.stem}: {story.title}",
        marks=() if place < SHORT else (pytest.mark.long,),
    )
    for file in shipped()
    for place, story in enumerate(stories_of(file))
]


class Life:
    """Does what a line of a story says, as people would, with the database and its own judgement."""

    def __init__(self, database: Database, pathway: Pathway, story: Story) -> None:
        self._database = database
        self._pathway = pathway
        self._story = story

    def act(self, action: Action, when: When, now: Moment, entry: int) -> None:
        """Do one action; `entry` is the number of the entry that it mends."""
        request = self._request(action, when, now)
        database, about, facts = self._database, action.about, action.facts
        match action.verb:
            case "enrol":
                enrolling.enrol(database, PATIENT, self._pathway.name, facts, request, owner="ann")
            case "record":
                actions.record(database, PATIENT, facts, request)
            case "advance" | "override":
                override = action.verb == "override"
                actions.advance(database, PATIENT, about, facts, request, override=override)
            case "refused":
                with pytest.raises(Refused):
                    actions.advance(database, PATIENT, about, facts, request)
            case "close":
                actions.close(database, PATIENT, about, request)
            case "correct":
                mended = self._request(action, action.at, now) if action.at else self._now(action, now)
                mending.correct(database, PATIENT, entry, facts, mended)
            case "withdraw":
                mending.withdraw(database, PATIENT, entry, self._now(action, now))
            case _:
                self._answer(action, now)

    def shown(self, now: Moment) -> tuple[list[str], list[str], list[str]]:
        """Return the prompts that are open, the banners, and the states, as a person is shown them."""
        found = show(self._database, PATIENT, now=now)
        with self._database.reading() as store:
            (row,) = store.enrolments(PATIENT)
            keys = {prompt.number: prompt.key for prompt in store.prompts(row.id)}
        return (
            sorted(label(keys[prompt.number]) for prompt in found.open),
            sorted(banner.id for banner in found.banners),
            [f"{track.track}.{track.state}" for track in found.tracks],
        )

    def _answer(self, action: Action, now: Moment) -> None:
        number, request = self._number(action.about, now), self._now(action, now)
        match action.verb:
            case "done":
                answering.done(self._database, PATIENT, number, request)
            case "ack":
                answering.acknowledge(self._database, PATIENT, number, request)
            case "dismiss":
                answering.dismiss(self._database, PATIENT, number, request)
            case "snooze":
                assert action.until
                answering.snooze(self._database, PATIENT, number, self._typed(action.until), request)
            case verb:
                raise AssertionError(verb)

    def _number(self, named: str, now: Moment) -> int:
        """Return the number of an open prompt, as a person reads it on the list."""
        found = show(self._database, PATIENT, now=now)
        with self._database.reading() as store:
            (row,) = store.enrolments(PATIENT)
            keys = {prompt.number: prompt.key for prompt in store.prompts(row.id)}
        return next(prompt.number for prompt in found.open if label(keys[prompt.number]) == named)

    def _request(self, action: Action, when: When, now: Moment) -> Request:
        happened = action.at or when
        return Request(author=_author(now), at=self._typed(happened), because=action.because)

    def _now(self, action: Action, now: Moment) -> Request:
        return Request(author=_author(now), because=action.because or "as the story says")

    def _typed(self, when: When) -> str:
        return f"{day_of_story(self._story.begins, when.day)} {when.time}".strip()


def _author(now: Moment) -> Author:
    return Author(by="ann", now=now)


def lived(database: Database, pathway: Pathway, story: Story) -> Iterator[tuple[Row, object, object]]:
    """Live through a story, and give for each line what the story and what the database shows."""
    recorder, life = Recorder(pathway, story), Life(database, pathway, story)
    for row in story.rows:
        now = recorder.moment(row.when, noon=True)
        for action in row.actions:
            mends = action.verb in {"correct", "withdraw"}
            entry = recorder._entry(action.about).number if mends else 0
            life.act(action, row.when, now, entry)
            recorder.act(action, row.when, now)
        standing = recorder.standing()
        banners = [
            each.id
            for each in (*standing.banners.values(), *standing.past_banners)
            if each.since <= now and (each.until is None or each.until > now)
        ]
        told = (
            sorted(map(label, open_prompts(standing, now))),
            sorted(banners),
            [f"{name}.{track.state}" for name, track in standing.tracks.items()],
        )
        yield row, told, life.shown(now)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    with fresh(tmp_path_factory.mktemp("template")) as made:
        for file, content in library():
            install(made, content, file=file, by="ann", now=0)
    return made.path.read_bytes()


@pytest.mark.parametrize(("file", "story"), STORIES)
def test_in_the_database_a_story_goes_as_it_is_told(
    tmp_path: Path, template: bytes, file: Path, story: Story
) -> None:
    path = tmp_path / "care.db"
    path.write_bytes(template)
    with Database(path) as database:
        patients.add(database, patients.Person(patient=PATIENT, zone=story.zone), now=0)
        for row, told, shown in lived(database, read_file(file), story):
            assert shown == told, f"line {row.line}"
