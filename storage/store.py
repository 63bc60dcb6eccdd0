"""What an action works with inside one transaction: plain values in, plain values out."""

from storage.deliveries import Deliveries
from storage.projections import Projections
from storage.prompts import Prompts


class Store(Prompts, Projections, Deliveries):
    """All that can be asked of the database and written to it; `Database` begins and ends it."""
