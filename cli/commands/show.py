"""`carepath show`: one patient as a whole."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import click

from caseload import several, showing
from caseload.answer_words import answered
from caseload.local_times import LocalTime
from caseload.showing import PatientView
from caseload.views import PromptView, SourceView
from cli import clock, options
from cli.asking import at_terminal
from cli.command import command
from cli.json_shapes import plain, print_json
from cli.printing import counted, indented, say, table
from cli.score_lines import score_table
from storage.connection import Database

LATEST = 10


@command(
    "carepath show P-014",
    "carepath show P-014 --ended",
)
@options.patient
@click.option(
    "--ended", "all_ended", is_flag=True, help=f"All prompts that ended, not the last {LATEST} only."
)
@options.pathway
@options.names
@options.reads
def show(
    path: Path, patient_id: str, pathway: str | None, *, all_ended: bool, names: bool, as_json: bool
) -> None:
    """Show one patient: states, warnings, prompts, facts and what has been.

    At a terminal with the name, if one is stored; into a file or a pipe only with --names.

    A patient on several pathways is shown on one after the other; with --json, --pathway says on which.
    """
    now = clock.now()
    with Database(path) as database:
        if as_json:
            one = showing.show(database, patient_id, now=now, pathway=pathway)
            print_json(plain(one) | ({} if names else {"name": "", "contact": ""}))
            return
        on = several.names_of(database, patient_id, pathway)
        found = [showing.show(database, patient_id, now=now, pathway=each) for each in on]
    for number, view in enumerate(found):
        if number:
            say("\n" + "-" * 60 + "\n")
        for line in page(view, names=names or at_terminal(), ended=None if all_ended else LATEST, shown=on):
            say(line)


def page(found: PatientView, *, names: bool, ended: int | None, shown: Collection[str] = ()) -> Iterator[str]:
    """Lay out one patient on one pathway; `shown` are all the pathways that are laid out."""
    yield from _head(found, names=names, shown=shown)
    for banner in found.banners:
        yield from indented(f"! {banner.say} (since {banner.since}; {weights(banner.sources)})", 0)
    yield ""
    rows = [
        (each.track, each.state, str(each.since), counted(each.days, "day"), each.state_say)
        for each in found.tracks
    ]
    yield from table(("TRACK", "STATE", "SINCE", "FOR", ""), rows)
    yield from _prompts("Open", found.open, found.now)
    yield from _prompts("Coming", found.coming, found.now)
    yield from _held((*found.open, *found.coming))
    yield from _facts(found)
    yield from _scores(found)
    yield from _misfits(found)
    yield from _ended(found.ended, ended)


def _head(found: PatientView, *, names: bool, shown: Collection[str]) -> Iterator[str]:
    called = "  ".join(filter(None, (found.name, found.contact))) if names else ""
    yield f"{found.patient}{f'  {called}' if called else ''}  on {found.now} ({found.zone})"
    pathway = found.pathway
    yield from indented(
        f"{pathway.title} ({pathway.name}, version {pathway.version}; {pathway.review_means})", 0
    )
    yield f"since {found.enrolled}, {found.owner}'s patient"
    if found.left:
        yield f"LEFT on {found.left.at}: {found.left.reason} ({found.left.entry})"
    if pathway.name in found.others:
        yield f"was on {pathway.name} before (`carepath log {found.patient}` has all of it)"
    if others := [name for name in found.others if name != pathway.name]:
        hidden = "" if set(others) <= set(shown) else " (--pathway shows it)"
        yield f"also on {', '.join(others)}{hidden}"


def weights(sources: Iterable[SourceView]) -> str:
    """Name sources, each with how strong it is."""
    return ", ".join(f"{source.id}: {source.weight}" for source in sources)


def _prompts(heading: str, prompts: Iterable[PromptView], now: LocalTime) -> Iterator[str]:
    rows = [(each.name, _status(each), _who(each), _what(each, now)) for each in prompts]
    yield ""
    if not rows:
        yield f"{heading}: nothing"
        return
    yield from table((heading.upper(), "", "FOR", "WHAT"), rows)


def _status(prompt: PromptView) -> str:
    due = f"due {prompt.due}" if prompt.due else ""
    if prompt.status == "overdue":
        return f"{counted(prompt.overdue_by or 0, 'day')} late, {due}"
    if prompt.status == "snoozed":
        return f"asleep until {prompt.snoozed_until}"
    if prompt.status == "coming":
        return f"opens {prompt.opens}{due and f', {due}'}"
    return due or "no date"


def _who(prompt: PromptView) -> str:
    holder = prompt.holder or ("(nobody)" if prompt.holder_why else "")
    instead = f" (for {prompt.named})" if prompt.holder_why and prompt.named else ""
    return f"{prompt.role} {holder}".strip() + instead


def _held(prompts: Iterable[PromptView]) -> Iterator[str]:
    """Say of what rests with others than it names why it does."""
    for holder, why in dict.fromkeys((prompt.holder, prompt.holder_why) for prompt in prompts):
        if why:
            yield from indented(
                f"{holder} holds prompts {why}." if holder else f"NOBODY HOLDS THEM: {why}.", 0
            )


def _what(prompt: PromptView, now: LocalTime) -> str:
    needs = f" [record {', '.join(fact.name for fact in prompt.missing)}]" if prompt.missing else ""
    return f"{'STOP: ' if prompt.tier == 'stop' else ''}{prompt.say}{needs}{answered(prompt, now)}"


def _facts(found: PatientView) -> Iterator[str]:
    yield ""
    if not found.facts:
        yield "Facts: nothing recorded"
        return
    rows = [
        (
            f"{fact.name}{f'#{fact.booking}' if fact.booking else ''}",
            f"{fact.shown}{f' ({fact.ended})' if fact.ended else ''}",
            str(fact.since),
            counted(fact.age, "day"),
            fact.entry,
        )
        for fact in found.facts
    ]
    yield from table(("FACT", "VALUE", "SINCE", "AGE", "ENTRY"), rows)


def _scores(found: PatientView) -> Iterator[str]:
    """Lay out the scores of which something is known."""
    if begun := [score for score in found.scores if any(item.points is not None for item in score.items)]:
        yield ""
        yield from score_table(begun)


def _misfits(found: PatientView) -> Iterator[str]:
    if found.misfits:
        yield ""
        rows = [(each.entry, str(each.at), each.says) for each in found.misfits]
        yield from table(("DOES NOT FIT", "AT", ""), rows)


def _ended(prompts: tuple[PromptView, ...], most: int | None) -> Iterator[str]:
    if not prompts:
        return
    shown = prompts if most is None else prompts[-most:]
    rows = [(each.name, str(each.ended), _end(each), each.say) for each in shown]
    yield ""
    yield from table(("ENDED", "ON", "AS", "WHAT"), rows)
    if len(shown) < len(prompts):
        yield f"and {len(prompts) - len(shown)} earlier: --ended shows them"


def _end(prompt: PromptView) -> str:
    by = f" by {prompt.by}" if prompt.by else ""
    late = (
        f"; done late on {prompt.done_late}, entered {prompt.done_late_entered}" if prompt.done_late else ""
    )
    return f"{prompt.ending}{by}{', never raised' if prompt.never_raised else ''}{late}"
