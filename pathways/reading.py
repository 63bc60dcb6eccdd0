"""The way from a pathway file, with the parts it uses, to a `Pathway`."""

from hashlib import sha256
from pathlib import Path

from pathways import checks
from pathways.assembly import assembled
from pathways.bundles import Bundle, bundle, bundle_of
from pathways.composing import Unreadable, documents
from pathways.document import Fault, Mapping, Node, place
from pathways.findings import MOST_TOLD, Finding, Notes, TooMany
from pathways.merging import merged
from pathways.model import Pathway
from pathways.parts import uses
from pathways.problems import PathwayFileRejected

_KEYS = "`carepath pathway new` writes one to begin with"


def read_file(path: Path) -> Pathway:
    """Read a pathway from a file and those of its parts; raises `NotFound` or `PathwayFileRejected`."""
    return read(bundle_of(path))


def read(content: Bundle | bytes | str, file: str = "pathway") -> Pathway:
    """Read a pathway from what a file holds, or raise `PathwayFileRejected` with all its problems.

    Parts that are not in it are those that ship.
    """
    given = content if isinstance(content, Bundle) else bundle(content, file)
    faults: list[Fault] = []
    try:
        roots = documents(given.text, faults)
    except Unreadable as unreadable:
        raise _rejected(given, [*faults, unreadable.fault]) from None
    pathway = _pathway(roots, sha256(given.text.encode()).hexdigest(), given, faults)
    if faults or not pathway:
        raise _rejected(given, faults)
    return pathway


def _pathway(roots: list[Node], digest: str, given: Bundle, faults: list[Fault]) -> Pathway | None:
    """Make a pathway of the documents of a text, if they can be put together at all."""
    if not isinstance(roots[0], Mapping):
        faults.append(Fault(roots[0].place, "a pathway is written as keys with values", _KEYS))
        return None  # of what is no pathway at all, everything would seem to be missing
    before = len(faults)
    used = uses(roots, faults, given.near)
    if len(faults) > before:
        return None  # without a part, much would seem to be missing
    whole = merged(roots[0], used, faults)
    notes = Notes()
    pathway = None
    try:
        pathway = assembled(whole, digest, notes)
        notes.add_sure(checks.findings(pathway) if pathway else [])
    except TooMany:
        what = f"more than {MOST_TOLD} things are wrong with this pathway"
        faults.append(Fault(roots[0].place, what, "these are the first"))
    faults += (_placed(finding, whole.root) for finding in notes.findings)
    return pathway


def _placed(finding: Finding, root: Node) -> Fault:
    at = place(root, finding.where, of_key=finding.of_key, offset=finding.offset)
    first = place(root, finding.first) if finding.first else None
    return Fault(at, finding.what, finding.instead, first)


def _rejected(given: Bundle, faults: list[Fault]) -> PathwayFileRejected:
    ordered = sorted(set(faults), key=lambda fault: (fault.place, fault.what, fault.instead))
    return PathwayFileRejected(given.file, [given.problem(fault) for fault in ordered])
