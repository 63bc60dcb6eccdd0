"""Answers Prometheus as soon as its port is free: who has that now must not keep people from being told."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from types import TracebackType
from typing import Self, TypeAlias

from pathways.errors import CarepathError

log = logging.getLogger(__name__)

# Answers for as long as its block takes, or says why it cannot.
Answering: TypeAlias = Callable[[], AbstractContextManager[None]]


class PortTaken(CarepathError):
    """Another program answers at the port."""


class MetricsPort:
    """A port that is answered from now on, or, while another program has it, from a later try on."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self._open = ExitStack()
        self._answered = self._warned = False

    def take(self) -> None:
        """Begin to answer, unless that was done already; that it cannot be done is said once."""
        try:
            self._answer()
        except CarepathError as error:
            self._warn(error)

    def __enter__(self) -> Self:
        """Begin to answer, unless another has the port; what can never be answered is refused."""
        try:
            self._answer()
        except PortTaken as error:
            self._warn(error)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def _answer(self) -> None:
        if self._answered:
            return
        self._open.enter_context(self._answering())
        self._answered = True
        if self._warned:
            log.info("metrics_answered: the port is free now")

    def _warn(self, error: CarepathError) -> None:
        if not self._warned:
            log.warning("metrics_unanswered: %s Ticks go on without it, and each tries again.", error)
        self._warned = True
