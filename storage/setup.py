"""What is set up seldom: patients and their details, roles, pathways. Uses SQLModel sessions."""

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct
from sqlmodel import Session, col, select

from pathways.errors import NotFound, Refused
from pathways.moments import Moment
from storage.connection import Database
from storage.sessions import changing
from storage.tables import Identity, Pathway, Patient, Review


class PathwayText(Struct, frozen=True, kw_only=True):
    """A pathway to install: what it says of itself, its file, and the form in which it is loaded.

    `review` is the status its file claims, `starts_as` the one it begins with here, and `because` why.
    """

    digest: str
    name: str
    version: int
    title: str
    review: str
    starts_as: str
    because: str
    text: str
    packed: bytes


@contextmanager
def session(database: Database) -> Iterator[Session]:
    """Give a session whose changes take effect as a whole when the block ends without an error."""
    with (
        database.explained(),
        changing(database.writer()) as through,
        Session(through, expire_on_commit=False) as opened,
    ):
        # While we waited for the lock, the caseload may have moved elsewhere or been upgraded.
        database.check_again()
        yield opened
        opened.flush()


def add_patient(
    database: Database, patient_id: str, *, zone: str, now: Moment, name: str = "", contact: str = ""
) -> None:
    """Add a patient, with details when there are any."""
    with session(database) as opened:
        if opened.get(Patient, patient_id):
            raise Refused(f"There is a patient {patient_id} already: choose another id, or edit that one.")
        opened.add(Patient(id=patient_id, zone=zone, created_at=now))
        opened.flush()
        if name or contact:
            opened.add(Identity(patient_id=patient_id, name=name, contact=contact))


def edit_patient(
    database: Database,
    patient_id: str,
    *,
    zone: str | None = None,
    name: str | None = None,
    contact: str | None = None,
) -> None:
    """Change what is given; none leaves as is, empty removes."""
    with session(database) as opened:
        patient = opened.get(Patient, patient_id)
        if patient is None:
            raise NotFound(f"There is no patient {patient_id}: 'carepath patient list' names them.")
        patient.zone = patient.zone if zone is None else zone
        if name is not None or contact is not None:
            identity = opened.get(Identity, patient_id)
            identity = identity or Identity(patient_id=patient_id, name="", contact="")
            identity.name = identity.name if name is None else name
            identity.contact = identity.contact if contact is None else contact
            opened.add(identity)


def install_pathway(database: Database, pathway: PathwayText, *, by: str, now: Moment) -> bool:
    """Store a pathway; false when the same is there already. Another text of the same version is refused."""
    with session(database) as opened:
        same = opened.exec(
            select(Pathway).where(col(Pathway.name) == pathway.name, col(Pathway.version) == pathway.version)
        ).first()
        if same is not None and same.digest != pathway.digest:
            raise Refused(
                f"Version {pathway.version} of {pathway.name} is installed with another text: "
                "give the changed file a new version number."
            )
        if same is None:
            opened.add(
                Pathway(
                    digest=pathway.digest,
                    name=pathway.name,
                    version=pathway.version,
                    title=pathway.title,
                    review=pathway.review,
                    text=pathway.text,
                    packed=pathway.packed,
                    installed_at=now,
                    installed_by=by,
                )
            )
            opened.flush()
            opened.add(
                Review(
                    digest=pathway.digest,
                    number=1,
                    status=pathway.starts_as,
                    because=pathway.because,
                    at=now,
                    actor=by,
                )
            )
        return same is None
