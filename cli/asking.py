"""Asking a person at a terminal. A script is never asked: it is told what was missing."""

import sys

import click

from cli.errors import UsageProblem
from cli.printing import warn

NOTHING_RECORDED = "Nothing was recorded."


def at_terminal() -> bool:
    """Say whether there is somebody to ask."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def ask(question: str) -> str:
    """Ask one question; an empty answer is an answer."""
    try:
        answer: str = click.prompt(question, default="", show_default=False, err=True, prompt_suffix=" ")
    except click.Abort:
        warn(f"\n{NOTHING_RECORDED}")
        raise
    return answer.strip()


def ask_until(question: str, otherwise: str) -> str:
    """Ask until there is an answer, saying once more what to do without one."""
    while not (answer := ask(question)):
        warn(otherwise)
    return answer


def agree(question: str) -> None:
    """Ask for a yes; anything else stops the command with nothing recorded."""
    if ask(f"{question} [y/N]").lower() not in {"y", "yes"}:
        warn(NOTHING_RECORDED)
        raise click.Abort


def given(value: str, question: str, otherwise: str) -> str:
    """Return what was said on the command line; ask for it at a terminal, refuse in a script."""
    if value.strip():
        return value.strip()
    if not at_terminal():
        raise UsageProblem(otherwise)
    return ask_until(question, otherwise)
