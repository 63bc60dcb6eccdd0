"""What an action works with inside one transaction: plain values in, plain values out."""

from storage.burden import Burdens
from storage.checks import Checks
from storage.deliveries import Deliveries
from storage.lists import Believed
from storage.messages import Messages
from storage.projections import Projections
from storage.prompts import Prompts
from storage.reviews import Reviews
from storage.routines import Routines
from storage.staff import Staff
from storage.stops import Stops


class Store(
    Prompts, Projections, Deliveries, Messages, Routines, Reviews, Staff, Believed, Checks, Burdens, Stops
):
    """All that can be asked of the database and written to it; `Database` begins and ends it."""
