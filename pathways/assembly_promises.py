"""From the assurances of a file to promises: each claims one thing, with what belongs to that claim."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from pathways import schema
from pathways.assembly_rules import Declared, count, optional
from pathways.findings import Finding, Where
from pathways.moments import Length
from pathways.problems import one_of
from pathways.promises import (
    Asked,
    Assurance,
    Claim,
    Dated,
    DueWithin,
    FreeOf,
    Leaves,
    Never,
    Open,
    Repeats,
    Shown,
    Unused,
    Warned,
)
from pathways.shaping import shaped
from pathways.terms import Condition

NOTHING_LESS = Length(0, "day")


class Body(Struct, frozen=True):
    """An assurance as it is written, with its place and its condition."""

    shape: schema.Assurance
    where: Where
    when: Condition | None
    declared: Declared


def _free_of(body: Body) -> Claim:
    track, dot, state = body.shape.to.partition(".")
    if not dot and body.shape.to:
        what = f"`{track}` is not a state with its track"
        body.declared.notes.stand_in(Finding((*body.where, "to"), what, "write it as `track.state`"))
    return FreeOf(free_of=tuple(body.shape.free_of), track=track, state=state)


def _due(body: Body) -> Claim:
    shape, where = body.shape, body.where
    return DueWithin(
        due=shape.due,
        within=shape.within or NOTHING_LESS,
        of=count(shape.of or "met", (*where, "of"), body.declared),
        not_before=shape.not_before,
    )


def _repeats(body: Body) -> Claim:
    shape = body.shape
    return Repeats(repeats=shape.repeats, within=shape.within or NOTHING_LESS, until=shape.until)


class _Form(Struct, frozen=True):
    """How a claim is made, which keys must and which may stand beside its own."""

    made: Callable[[Body], Claim]
    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


CLAIMS: Mapping[str, _Form] = {
    "never": _Form(lambda body: Never(never=tuple(body.shape.never), when=body.when), may=("when",)),
    "asked": _Form(lambda body: Asked(asked=body.shape.asked, when=body.when), may=("when",)),
    "open": _Form(lambda body: Open(open=body.shape.open, when=body.when), may=("when",)),
    "shown": _Form(lambda body: Shown(shown=body.shape.shown, when=body.when), may=("when",)),
    "warned": _Form(lambda body: Warned(warned=body.shape.warned, when=body.when), may=("when",)),
    "free_of": _Form(_free_of, needs=("to",)),
    "leaves": _Form(lambda body: Leaves(leaves=tuple(body.shape.leaves))),
    "dated": _Form(lambda body: Dated(dated=body.shape.dated)),
    "due": _Form(_due, needs=("within", "of"), may=("not_before",)),
    "repeats": _Form(_repeats, needs=("within",), may=("until",)),
    "unused": _Form(lambda body: Unused(unused=tuple(body.shape.unused))),
}
BESIDE = ("when", "to", "within", "of", "not_before", "until")
"""What belongs to one claim or another."""


def assurances(raw: Sequence[object], declared: Declared) -> Iterator[Assurance]:
    """Yield the assurances of a file; something harmless stands in for a claim that is not one."""
    for at, body in enumerate(raw):
        where: Where = ("assurances", at)
        shape = shaped(schema.Assurance, body, where, declared.notes)
        given = body if isinstance(body, dict) else {}
        claimed = [key for key in CLAIMS if key in given]
        misspelt = any(declared.notes.doubted((*where, key)) for key in CLAIMS if key not in given)
        findings = [] if misspelt or not given else list(_told(claimed, given, where))
        for finding in findings:
            declared.notes.stand_in(finding)
        sound = len(claimed) == 1 and not findings
        yield _assurance(shape, CLAIMS[claimed[0] if sound else "dated"], where, declared)


def _told(claimed: list[str], body: Mapping[str, object], where: Where) -> Iterator[Finding]:
    if not claimed:
        yield Finding(where, "an assurance claims one thing", f"write {one_of(list(CLAIMS))}")
    for key in claimed[1:]:
        what = f"`{key}` is a second claim beside `{claimed[0]}`"
        yield Finding((*where, key), what, "write an assurance for each", of_key=True)
    if len(claimed) != 1:
        return
    form = CLAIMS[claimed[0]]
    for key in form.needs:
        if key not in body:
            yield Finding(where, f"`{claimed[0]}` needs `{key}`")
    for key in BESIDE:
        if key in body and key not in (*form.needs, *form.may):
            yield Finding(
                (*where, key), f"`{key}` does not belong to `{claimed[0]}`", "remove it", of_key=True
            )


def _assurance(shape: schema.Assurance, form: _Form, where: Where, declared: Declared) -> Assurance:
    when = optional(shape.when, (*where, "when"), declared)
    return Assurance(
        id=shape.id,
        say=shape.say,
        claim=form.made(Body(shape, where, when, declared)),
        against=tuple(shape.against),
        part=declared.part_of(where),
    )
