"""The made-up caseload of `carepath demo`: twelve patients, and what is recorded about them on which day.

Days count from the beginning of the demo, and `day 3` as a value is that day. Lines are what a coordinator
would type, without the patient and the time.
"""

from typing import Literal, NamedTuple, TypeAlias

Verb: TypeAlias = Literal["enrol", "record", "advance", "override", "correct", "close"]

PATHWAY = "immune-pns"
LAST_DAY = 35
CRASH_DAY = 17

WORKED_UP = (
    "suspicion_judged_by=neurology syndrome_class=immune infection_addressed=excluded "
    "responsible_clinician=dr-cole haemoglobin=134 electrolytes=normal liver_tests=normal calcium=2.3 "
    "checkpoint_inhibitor=none sample_taken_before_treatment=yes lymphoma_biopsy_pending=no "
    "hbv_screen=negative antibody_test=pending"
)
STEROIDS = "long_steroid=no immunosuppressive_treatment=no"
POSITIVE = (
    "antibody_test=positive antibody_name=Hu antibody_target=intracellular "
    "antibody_method=tissue-confirmed antibody_sample=both"
)


class Line(NamedTuple):
    """What is recorded at one time of one day, what the demo tells of it, and why where that is asked for."""

    day: int
    time: str
    verb: Verb
    words: str
    tells: str = ""
    because: str = ""


class Patient(NamedTuple):
    """A made-up patient, and what is recorded about them."""

    id: str
    name: str
    lines: tuple[Line, ...]


def _treated(day: int, phenotype: str, tells: str) -> tuple[Line, ...]:
    """Enrol, work up, stage, and treat on the same day, as a high suspicion asks for."""
    first = f"start-first-line first_line_treatment=ivmp first_dose=day {day}"
    return (
        Line(
            day, "09:00", "enrol", f"symptom_onset=day {day - 9} suspicion=high phenotype={phenotype}", tells
        ),
        Line(day, "10:00", "advance", f"start-workup {WORKED_UP}"),
        Line(day, "10:30", "advance", "start-staging"),
        Line(day, "15:00", "advance", first),
    )


def _results(day: int, antibody: str = "antibody_test=negative") -> Line:
    return Line(day, "09:30", "record", f"{antibody} {STEROIDS}")


def _screened(day: int) -> tuple[Line, ...]:
    plan = f"first_screen=day {day} screening_policy=four-years policy_chosen_by=dr-cole"
    return (
        Line(day, "11:00", "record", "ct_chest=negative fdg_pet=negative other_imaging=not-needed"),
        Line(day, "11:30", "advance", f"start-surveillance {plan}"),
    )


PLAIN = (
    *_treated(0, "cerebellar", "is treated on the day of suspicion; the antibody result is not waited for"),
    _results(6),
    *_screened(8),
    Line(
        14, "10:00", "advance", "reassess response=improved assessor=dr-cole",
        "is assessed after two weeks: improved",
    ),
    Line(15, "09:10", "advance", "start-maintenance next_review=day 40"),
)  # fmt: skip

FORGOTTEN = (
    *_treated(1, "limbic-encephalitis", "is treated, and then nobody assesses the response"),
    _results(7, POSITIVE),
    *_screened(9),
)

PERMANENT = (
    *_treated(2, "cerebellar", "is treated"),
    _results(8),
    *_screened(11),
    Line(
        16, "10:00", "advance", "reassess response=stable damage=permanent assessor=dr-cole",
        "is stable, and what is left is permanent: no failure, and no second-line",
    ),
    Line(18, "09:20", "advance", "accept-sequelae next_review=day 90"),
)  # fmt: skip

WORSE = (
    *_treated(3, "other-encephalitis", "is treated"),
    Line(8, "08:20", "record", "response=worse", "is worse after five days: two weeks are not waited for"),
    Line(8, "14:00", "advance", "reassess response=worse damage=active assessor=dr-cole"),
    Line(
        9, "11:00", "advance",
        "start-second-line second_line_treatment=cyclophosphamide second_line_dose=day 9 "
        "fertility_discussed=yes",
        "gets second-line treatment",
    ),
    Line(13, "09:00", "record", "antibody_test=negative long_steroid=yes immunosuppressive_treatment=yes"),
    *_screened(14),
)  # fmt: skip

NOT_STAGED = (
    Line(
        26, "09:00", "enrol", "symptom_onset=day 12 suspicion=low phenotype=stiff-person",
        "is worked up, and nobody orders the staging",
    ),
    Line(27, "10:00", "advance", f"start-workup {WORKED_UP}"),
)  # fmt: skip

DEFERRED = (
    *_treated(5, "sensory-neuronopathy", "is treated"),
    _results(12, POSITIVE),
    Line(13, "16:00", "advance", "confirm-cancer cancer_type=sclc checkpoint_inhibitor=none"),
    Line(
        15, "12:00", "advance",
        "defer-cancer-therapy deferral_reason=too-weak deferral_owner=dr-berg deferral_review=day 33",
        "has cancer therapy put off until day 33: quiet until then, loud after",
    ),
    Line(19, "10:00", "advance", "reassess response=improved assessor=dr-cole"),
    Line(20, "10:00", "advance", "start-maintenance next_review=day 70"),
)  # fmt: skip

DEFERRED_WITHOUT_REASON = (
    *_treated(10, "cerebellar", "is treated"),
    _results(16, POSITIVE),
    Line(20, "16:00", "advance", "confirm-cancer cancer_type=ovary checkpoint_inhibitor=none"),
    Line(
        24, "12:00", "advance", "defer-cancer-therapy",
        "has it put off without a word why: accepted, and asked about",
    ),
    Line(25, "10:00", "advance", "reassess response=improved assessor=dr-cole"),
    Line(26, "10:00", "advance", "start-maintenance next_review=day 80"),
)  # fmt: skip

WAITING = (
    *_treated(18, "brainstem-encephalitis", "waits for the antibody result; treatment does not"),
    Line(24, "09:30", "record", STEROIDS),
    *_screened(27),
    Line(32, "10:00", "advance", "reassess response=improved assessor=dr-cole"),
)

STOPPED = (
    *_treated(12, "sensory-neuronopathy", "is treated"),
    _results(18, POSITIVE),
    Line(22, "15:00", "advance", "confirm-cancer cancer_type=sclc"),
    Line(26, "10:00", "advance", "reassess response=improved assessor=dr-cole"),
    Line(27, "10:00", "advance", "start-maintenance next_review=day 80"),
    Line(34, "11:00", "record", "checkpoint_inhibitor=planned", "is to get a checkpoint inhibitor: stop"),
)

OVERRIDDEN = (
    Line(29, "09:00", "enrol", "symptom_onset=day 27 suspicion=high phenotype=opsoclonus-myoclonus"),
    Line(
        29, "11:00", "override", "start-first-line first_line_treatment=ivig",
        "is treated past what the pathway asks: recorded with the reason, told to the lead",
        "status epilepticus, first dose given in the ambulance",
    ),
)  # fmt: skip

CORRECTED = (
    *_treated(20, "myelopathy", "is treated"),
    _results(25),
    *_screened(27),
    Line(
        28, "09:00", "correct", "first_dose=day 18",
        "had the first dose typed two days late: corrected, and what was due moves with it",
        "the drug chart says two days earlier",
    ),
)  # fmt: skip

LOST = (
    *_treated(7, "encephalomyelitis", "is treated"),
    Line(23, "17:00", "close", "died", "dies; everything that was still asked for ends"),
)

PATIENTS = (
    Patient("P-001", "Ada Alder", PLAIN),
    Patient("P-002", "Ben Birch", FORGOTTEN),
    Patient("P-003", "Cleo Cedar", PERMANENT),
    Patient("P-004", "Dan Dogwood", WORSE),
    Patient("P-005", "Eve Elm", NOT_STAGED),
    Patient("P-006", "Fay Fir", DEFERRED),
    Patient("P-007", "Gus Gum", DEFERRED_WITHOUT_REASON),
    Patient("P-008", "Hal Hazel", WAITING),
    Patient("P-009", "Ida Ivy", STOPPED),
    Patient("P-010", "Jo Juniper", OVERRIDDEN),
    Patient("P-011", "Kit Kauri", CORRECTED),
    Patient("P-012", "Lea Larch", LOST),
)
