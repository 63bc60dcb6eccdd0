"""What can be refused, and with which exit code: every error a person can act on is one of these."""

from typing import ClassVar


class CarepathError(Exception):
    """Something a person can act on: shown as one sentence, never as a traceback."""

    exit_code: ClassVar[int] = 2


class NotFound(CarepathError):
    """A patient, a prompt, an entry or a pathway that does not exist."""

    exit_code = 3


class Refused(CarepathError):
    """The pathway does not allow it now."""

    exit_code = 4


class PathwayRejected(CarepathError):
    """A pathway file is wrong."""

    exit_code = 5


class DatabaseProblem(CarepathError):
    """The database cannot be used: missing, locked, read-only, damaged, of another version, full."""

    exit_code = 6


class ChangedMeanwhile(CarepathError):
    """Somebody else changed the patient between looking and writing."""

    exit_code = 7


class LooseEnds(CarepathError):
    """A check found what could let a patient be forgotten, and people must mend."""

    exit_code = 8


class Urgent(CarepathError):
    """Something is wrong now, so that nobody is told or nothing can be kept."""

    exit_code = 9
