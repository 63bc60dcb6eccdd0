"""The whole check of one pathway: what it promises, and what an author should know of."""

from collections.abc import Callable, Iterable

from pathways.lookup import lookup_of
from pathways.model import Pathway
from pathways.promises import Assurance, Dated, DueWithin, FreeOf, Leaves, Repeats, Unused
from pathways.proving import concerns, concerns_events, concerns_pairs, concerns_unknown, plain_claims
from pathways.proving.accepting import accepting
from pathways.proving.claims import Ruling, rule_on
from pathways.proving.concerns_roles import unheld_roles
from pathways.proving.opening import Opening
from pathways.proving.search import Looked
from pathways.proving.tables import Tables
from pathways.proving.telling import told
from pathways.proving.verdicts import Examined, Outcome, Report, Verdict

_LOOKS: tuple[Callable[[Opening], concerns.Concerns], ...] = (
    concerns_events.always_warned,
    concerns_events.blocking_tracks,
    concerns.forgotten_states,
    concerns.never_opening,
    concerns.impossible_acts,
    concerns_unknown.silent_unknown,
    concerns_pairs.never_together,
    concerns_pairs.contradictions,
)


def examine(pathway: Pathway, unheld: Iterable[str] = ()) -> Report:
    """Prove or refute all that a pathway promises, and look for what nobody asked about.

    `unheld` are roles that nobody holds where the pathway is used.
    """
    opening = opening_of(pathway)
    findings = unheld_roles(pathway, unheld)
    examined: list[Examined] = []
    for look in _LOOKS:
        found, how_far = look(opening)
        findings += found
        examined.append(how_far)
    return Report(
        pathway=pathway.name,
        version=pathway.version,
        verdicts=tuple(prove(opening, assurance) for assurance in pathway.assurances),
        findings=tuple(accepting(findings, pathway.accepted)),
        examined=tuple(examined),
    )


def opening_of(pathway: Pathway) -> Opening:
    """Return what knows when the prompts of a pathway can be open."""
    return Opening(Tables(lookup_of(pathway)))


def prove(opening: Opening, assurance: Assurance) -> Verdict:
    """Prove one assurance, or refute it by an example."""
    ruling = _ruling(opening, assurance)
    title = f"{assurance.id} does not hold: {ruling.against}"
    return Verdict(
        assurance=assurance.id,
        say=assurance.say,
        claim=claim_of(assurance),
        against=assurance.against,
        part=assurance.part,
        outcome=_outcome(ruling),
        why=ruling.against,
        combinations=ruling.looked.of,
        looked_at=ruling.looked.at,
        sampled=not ruling.looked.all,
        story=told(ruling.example, title) if ruling.example else "",
    )


def claim_of(assurance: Assurance) -> str:
    """Name the kind of a claim as the file does."""
    return str(assurance.claim.__struct_fields__[0])


def _outcome(ruling: Ruling) -> Outcome:
    if not ruling.against:
        return "proved"
    return "refuted" if ruling.example or ruling.plain else "not-confirmed"


def _ruling(opening: Opening, assurance: Assurance) -> Ruling:
    lookup, claim = opening.lookup, assurance.claim
    match claim:
        case FreeOf():
            return Ruling(Looked(), plain_claims.free_of(lookup, claim), plain=True)
        case Leaves():
            return Ruling(*plain_claims.leaves(lookup, claim), plain=True)
        case Dated():
            return Ruling(*plain_claims.dated(lookup, claim), plain=True)
        case DueWithin():
            return Ruling(Looked(), plain_claims.due_within(lookup, claim), plain=True)
        case Repeats():
            return Ruling(Looked(), plain_claims.repeats(lookup, claim), plain=True)
        case Unused():
            return Ruling(Looked(), plain_claims.unused(lookup, claim), plain=True)
    return rule_on(opening, claim)
