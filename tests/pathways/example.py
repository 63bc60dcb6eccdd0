"""A small pathway that is right, to be changed in one place at a time."""

from pathways.problems import PathwayFileRejected, Problem
from pathways.reading import read

EXAMPLE = """\
pathway: broken-wrist
title: A broken wrist
version: 3
review: submitted
say: |
  From the first cast
  to full use.
sources:
  hand-book: {title: The hand book, weight: read, doi: 10.1000/xyz123, note: Chapter 4}
  our-choice: {title: Chosen here, weight: default}

facts:
  broken_on: {type: date, ask: When did it break?}
  pain: {type: choice, of: [none, some, strong], ask: How much pain?}
  grip: {type: number, unit: kg, between: [0, 90.5], code: {loinc: "2000-8"}}
  points: {type: number, unit: none}
  smoker: {type: yes-no, ask: Does the person smoke?}
  remark: {type: text}
  visit_on: {type: date, many: true}

milestones:
  six_weeks_over: {from: broken_on, after: 6 weeks}

tracks:
  wrist:
    start: in-cast
    say: The wrist
    states:
      in-cast: {say: In a cast}
      free: {}
      healed: {end: true}
    transitions:
      - event: take-cast-off
        from: in-cast
        to: free
        say: Take the cast off
        needs: [pain]
        needs_new: grip
        asks: [remark]
        should:
          - that: days(broken_on, at) >= 28
            else: Four weeks are not over
            source: hand-book
      - {event: discharge, from: [in-cast, free], to: healed}
  bone:
    start: unsure
    states: {unsure: {say: Not checked}, checked: {end: yes}}
    transitions: [{event: check-bone, from: unsure, to: checked}]

exits: [died, moved]

prompts:
  - id: ask-first
    say: Ask how it happened
    tier: due
    for: coordinator
    while: {wrist: in-cast}
    due: 2 days
    needs: [broken_on, pain, smoker]
    source: our-choice
  - id: check-the-cast
    say: Check the cast
    tier: due
    for: clinician
    while: {wrist: [in-cast, free], bone: unsure}
    when: pain == "strong" && !known.remark || wrist == "free"
    counted_from: wrist.in-cast
    opens: 1 day before
    due: 3 days
    done_when: bone == "checked"
    then: [{after: 1 day, tell: lead}]
    lapses: 30 days
    snooze: {most: 2 days, times: 1, never_past: 1 day}
    unknown: {pain: quiet, because: nobody is in pain and says nothing}
    source: [hand-book, our-choice]
  - id: look-again
    say: Look at it again
    tier: due
    for: coordinator
    while: {wrist: free}
    counted_from: entered
    due: 14 days
    every: [3 months, 6 months]
    until: 2 years
    source: hand-book
  - id: stop-smoking
    say: Speak about smoking
    tier: info
    for: clinician
    while: {wrist: in-cast}
    when: smoker && passed.six_weeks_over
    source: hand-book
  - id: before-the-visit
    say: Send the pictures
    tier: stop
    for: coordinator
    counted_from: visit_on
    when: this > date("2020-02-29")
    opens: 7 days before
    due: 1 day before
    source: our-choice
    weak: nothing is written about pictures

otherwise: {say: Decide what comes next, for: clinician, every: 14 days, source: our-choice}

banners:
  - id: not-smoking
    say: Smokers heal slowly
    when: smoker
    source: [hand-book]
"""


def changed(old: str, new: str, *, text: str = EXAMPLE) -> str:
    """Return the example with one thing changed."""
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    return text.replace(old, new)


def problems_in(text: str | bytes) -> list[Problem]:
    """Return everything that reading finds wrong with a file."""
    try:
        read(text)
    except PathwayFileRejected as rejected:
        return list(rejected.problems)
    return []


def told(text: str | bytes) -> list[str]:
    """Return everything that reading finds wrong, each as a sentence."""
    return [str(problem) for problem in problems_in(text)]


def place_of(fragment: str, text: str) -> tuple[int, int]:
    """Return the line and column at which a fragment of a file begins."""
    assert text.count(fragment) == 1, f"{fragment!r} is there {text.count(fragment)} times"
    before = text[: text.index(fragment)]
    return before.count("\n") + 1, len(before) - before.rfind("\n")
