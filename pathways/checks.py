"""Everything that can be wrong with a pathway as a whole: what it names exists, and it holds together."""

from collections.abc import Iterator

from pathways.checks_facts import fact_findings
from pathways.checks_names import name_findings
from pathways.checks_promises import promise_findings
from pathways.checks_rules import rule_findings
from pathways.checks_scores import score_findings
from pathways.checks_tracks import track_findings
from pathways.checks_unknown import unknown_findings
from pathways.findings import Finding
from pathways.model import Pathway
from pathways.slips import mended


def findings(pathway: Pathway) -> Iterator[Finding]:
    """Yield everything that is wrong with a pathway, so that one look at its file mends it."""
    yield from name_findings(pathway)
    yield from fact_findings(pathway)
    yield from score_findings(pathway)
    yield from rule_findings(pathway)
    yield from promise_findings(pathway)
    likely = mended(pathway)
    yield from track_findings(likely)
    yield from unknown_findings(likely)
