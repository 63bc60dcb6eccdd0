"""What happens to the patients that are measured on: the only place here that names what a pathway names."""

PATHWAY = "immune-pns"
SEEN = "suspicion=high"
BEGUN = "symptom_onset=2026-01-01"
NAMED = "responsible_clinician=Dr A"
NUMBER = "calcium"
FIRST = "start-workup"
# Back and forth between two states, so that any number of events can be measured.
ROUND = (
    ("start-first-line", ["first_line_treatment=ivmp", "first_dose=2026-01-30"]),
    ("reassess", ["response=worse", "assessor=Dr A"]),
    ("repeat-first-line", ["first_line_treatment=ivmp", "first_dose=2026-01-31"]),
)
