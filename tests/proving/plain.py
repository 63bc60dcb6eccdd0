"""A small pathway in which the checker finds nothing, to be changed in one place at a time."""

from pathways.model import Pathway
from pathways.reading import read

PLAIN = """\
pathway: fence
title: A fence that leans
version: 1
review: submitted
sources: {chosen-here: {title: Chosen here, weight: default}, handbook: {title: Handbook, weight: read}}
facts:
  leans_since: {type: date, past: true}
  wood: {type: choice, of: [oak, pine, unsure]}
  height: {type: number, unit: m, between: [0.5, 4]}
  rotten: {type: yes-no}
  note: {type: text}
  visit: {type: date, many: true}
milestones:
  long_ago: {from: leans_since, after: 10 days}
tracks:
  fence:
    start: seen
    states: {seen: {}, propped: {}, mended: {end: true}}
    transitions:
      - event: prop
        from: seen
        to: propped
        needs: [wood]
        should:
          - {that: 'wood != "unsure"', else: Find out first, source: handbook}
      - {event: mend, from: [seen, propped], to: mended}
      - {event: lean-again, from: mended, to: seen}
  paint:
    start: old
    states: {old: {}, new: {end: true}}
    transitions:
      - {event: paint, from: old, to: new}
exits: [sold, burnt]
prompts:
  - id: ask
    say: Ask for the wood and since when it leans
    tier: due
    for: coordinator
    due: 1 day
    needs: [wood, leans_since, rotten, height]
    source: chosen-here
  - id: look
    say: Look at it again
    tier: due
    for: clinician
    while: {fence: [seen, propped]}
    opens: 5 days
    due: 7 days
    every: [7 days]
    source: chosen-here
  - id: rot
    say: It is rotten; mend it
    tier: stop
    for: clinician
    while: {fence: [seen, propped]}
    when: rotten
    done_when: fence == "mended"
    source: handbook
  - id: coat
    say: Paint it
    tier: due
    for: coordinator
    while: {paint: old}
    due: 30 days
    every: [30 days]
    source: chosen-here
  - id: before-visit
    say: Open the gate
    tier: due
    for: coordinator
    when: known.visit && height >= 2.0 && (!known.leans_since || days(leans_since, this) >= 0)
    counted_from: visit
    opens: 2 days before
    due: 0 days
    unknown: {height: quiet, leans_since: quiet, because: both are asked for}
    source: chosen-here
otherwise: {say: What now?, for: clinician, every: 14 days, source: chosen-here}
banners:
  - {id: old-lean, say: It has leaned for long, when: passed.long_ago, source: chosen-here}
"""


def plain(*changes: tuple[str, str]) -> Pathway:
    """Read the pathway with some words replaced by others; each must be there."""
    text = PLAIN
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return read(text)
