"""What stands against each hazard: assurances and stories of pathways, the prompts they speak of, tests."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from pathways.hazards import Hazard, read_hazards
from pathways.model import Pathway, Severity
from pathways.promises import Asked, Assurance, Claim, DueWithin, Never, Open, Repeats, Shown
from pathways.reading import read_file
from pathways.stories import Story
from pathways.story_files import beside, shipped, stories_of


class Promise(Struct, frozen=True, kw_only=True):
    """An assurance of a pathway, with the prompts and banners that it speaks of."""

    id: str
    say: str
    prompts: tuple[str, ...]


class OfPathway(Struct, frozen=True, kw_only=True):
    """What one pathway does about a hazard."""

    pathway: str
    assurances: tuple[Promise, ...]
    stories: tuple[str, ...]


class Controlled(Struct, frozen=True, kw_only=True):
    """A hazard with all that stands against it."""

    id: str
    severity: Severity
    say: str
    control: str
    pathways: tuple[OfPathway, ...]
    tests: tuple[str, ...]

    @property
    def shown(self) -> bool:
        """Whether anything shows that it is controlled: an assurance, a story or a test."""
        return bool(self.pathways or self.tests)


class Stray(Struct, frozen=True, kw_only=True):
    """An assurance or story that stands against something that is no hazard."""

    pathway: str
    where: str
    against: str


def controls_that_ship() -> tuple[Controlled, ...]:
    """Gather what stands against each hazard in the pathways that ship."""
    hazards, pathways, stories = shipped_with_stories()
    return controls(hazards, pathways, stories)


def shipped_with_stories() -> tuple[tuple[Hazard, ...], list[Pathway], dict[str, list[Story]]]:
    """Read the hazards and the pathways that ship, with the stories beside each."""
    pathways = {file: read_file(file) for file in shipped()}
    stories = {pathway.name: stories_of(file) for file, pathway in pathways.items() if beside(file).is_file()}
    return read_hazards(), list(pathways.values()), stories


def controls(
    hazards: Iterable[Hazard], pathways: Iterable[Pathway], stories: Mapping[str, Iterable[Story]]
) -> tuple[Controlled, ...]:
    """Gather what stands against each hazard; `stories` are by the name of their pathway."""
    known = list(pathways)
    return tuple(
        Controlled(
            id=hazard.id,
            severity=hazard.severity,
            say=hazard.say,
            control=hazard.control,
            pathways=tuple(_of_pathways(hazard.id, known, stories)),
            tests=hazard.tests,
        )
        for hazard in hazards
    )


def strays(
    hazards: Iterable[Hazard], pathways: Iterable[Pathway], stories: Mapping[str, Iterable[Story]]
) -> list[Stray]:
    """List what stands against something that is no hazard."""
    known = {hazard.id for hazard in hazards}
    said = [
        (pathway.name, f"assurance {each.id}", each.against)
        for pathway in pathways
        for each in pathway.assurances
    ]
    said += [
        (name, f"story on line {story.line}", story.against)
        for name, found in stories.items()
        for story in found
    ]
    return [
        Stray(pathway=pathway, where=where, against=against)
        for pathway, where, names in said
        for against in names
        if against not in known
    ]


def _of_pathways(
    hazard: str, pathways: Iterable[Pathway], stories: Mapping[str, Iterable[Story]]
) -> Iterator[OfPathway]:
    for pathway in pathways:
        assurances = tuple(_promise(pathway, each) for each in pathway.assurances if hazard in each.against)
        told = tuple(each.title for each in stories.get(pathway.name, ()) if hazard in each.against)
        if assurances or told:
            yield OfPathway(pathway=pathway.name, assurances=assurances, stories=told)


def _promise(pathway: Pathway, assurance: Assurance) -> Promise:
    there = {rule.id for rule in pathway.rules} | {banner.id for banner in pathway.banners}
    prompts = tuple(name for name in _named(assurance.claim) if name in there)
    return Promise(id=assurance.id, say=assurance.say, prompts=prompts)


def _named(claim: Claim) -> tuple[str, ...]:
    match claim:
        case Never(never=names):
            return names
        case Asked(asked=name) | Open(open=name) | Shown(shown=name):
            return (name,)
        case DueWithin(due=name) | Repeats(repeats=name):
            return (name,)
    return ()
