"""`carepath why`: why a prompt is there, and why another is not."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from caseload import explaining
from caseload.cases import WhichEnrolment
from caseload.reasons import Deed, PartView, PromptReason, RuleReason
from caseload.views import PromptView, ScoreView, SourceView
from cli import clock, options
from cli.command import command
from cli.errors import UsageProblem
from cli.json_shapes import print_json
from cli.printing import indented, say
from cli.score_lines import named, score_lines
from storage.connection import Database


@command(
    "carepath why P-014/3",
    "carepath why P-014 hbv-before-rituximab",
)
@click.argument("target", metavar="PROMPT|PATIENT", help="Such as P-014/3, or P-014 with a rule.")
@click.argument("rule", required=False, help="A rule of the pathway, by its id.")
@options.pathway
@options.reads
def why(path: Path, target: str, rule: str | None, pathway: str | None, *, as_json: bool) -> None:
    """Say why a prompt is there, with the sum of its dates; or why a rule does not prompt."""
    with Database(path) as database:
        found = list(_reasons(database, target, rule, pathway))
    if as_json:
        if len(found) > 1:
            raise WhichEnrolment(target, [each.pathway for each in found])
        print_json(found[0])
        return
    for number, reason in enumerate(found):
        if number:
            say()
        for line in prompt_page(reason) if isinstance(reason, PromptReason) else _rule_page(reason):
            say(line)


def _reasons(
    database: Database, target: str, rule: str | None, pathway: str | None
) -> Iterator[PromptReason | RuleReason]:
    """Explain a prompt, or a rule on each pathway of the patient that has it."""
    now = clock.now()
    if not rule:
        yield explaining.why_prompt(database, *_prompt(target), now=now)
        return
    for each in explaining.having_rule(database, target, rule, pathway):
        yield explaining.why_rule(database, target, rule, now=now, pathway=each)


def _prompt(target: str) -> options.Numbered:
    if "/" not in target:
        raise UsageProblem(
            f"Say why what: a prompt (`carepath why {target}/3`) or a rule (`carepath why {target} RULE`)."
        )
    return options.PROMPT.convert(target, None, None)


def prompt_page(found: PromptReason) -> Iterator[str]:
    """Lay out why a prompt is there."""
    prompt = found.prompt
    yield from indented(f"{prompt.name}  {prompt.say}", 0)
    instead = f", {prompt.holder_why}" if prompt.holder_why else ""
    yield from indented(f"{_stands(prompt)}; for {f'{prompt.role} {prompt.holder}'.strip()}{instead}", 2)
    yield from _rule(found.rule_say, prompt.rule, found.pathway, found.review_means)
    yield from _section("Began", [found.began])
    yield from _section("Its dates", found.total.lines)
    yield from _section("It is wanted while", map(_part, found.conditions))
    yield from _scores(found.scores)
    yield from _section("It ends when", (*found.ends, *map(_part, found.acts)))
    yield from _section("What was done about it", (*map(_deed, found.deeds), *found.answers))
    yield from _sources(found.sources)


def _rule_page(found: RuleReason) -> Iterator[str]:
    yield from indented(f"{found.patient}  {found.rule}: {found.verdict}", 0)
    yield from indented(found.says, 2)
    yield from _rule(found.rule_say, found.rule, found.pathway, found.review_means)
    yield from _section("It is wanted while", map(_part, found.conditions))
    yield from _scores(found.scores)
    yield from _section("It ends when", map(_part, found.acts))
    yield from _section("Not known", [f"{fact.name}: {fact.expected}" for fact in found.missing])
    yield from _section("It would prompt if", found.change)
    yield from _section("It may stay silent, because", found.quiet)
    yield from _section("Its prompts so far", [f"{each.name}: {_stands(each)}" for each in found.prompts])
    yield from _sources(found.sources)


def _rule(says: str, rule: str, pathway: str, review: str) -> Iterator[str]:
    of = f"{pathway}{f', {review}' if review else ''}"
    yield from indented(f"rule {rule} of {of}: {says}", 2)


def _stands(prompt: PromptView) -> str:
    if prompt.ended:
        by = f" by {prompt.by}" if prompt.by else ""
        return f"{prompt.ending} on {prompt.ended}{by}{', never raised' if prompt.never_raised else ''}"
    due = f", due {prompt.due}" if prompt.due else ""
    return (
        f"{prompt.status}, opens {prompt.opens}{due}"
        if prompt.status == "coming"
        else f"{prompt.status}{due}"
    )


def _part(part: PartView) -> str:
    values = ", ".join(map(named, part.values))
    change = f"; {part.change}" if part.change else ""
    return f"{part.part} {part.text}: {part.holds}{f' ({values})' if values else ''}{change}"


def _scores(scores: Iterable[ScoreView]) -> Iterator[str]:
    for score in scores:
        yield from _section(f"The score {score.name} ({score.title})", score_lines(score))


def _deed(deed: Deed) -> str:
    tell = f" (tells {deed.tell})" if deed.tell else ""
    return f"{deed.what}{tell} {deed.did}" if deed.did else f"{deed.what}{tell} planned for {deed.planned}"


def _section(heading: str, lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if not number:
            yield f"{heading}:"
        yield from indented(line, 4)


def _sources(sources: Iterable[SourceView]) -> Iterator[str]:
    texts = []
    for source in sources:
        more = " ".join(filter(None, (source.doi, source.note)))
        texts.append(
            f"{source.id}: {source.title} ({source.weight}: {source.means}){f' {more}' if more else ''}"
        )
    yield from _section("Sources", texts)
