"""Mermaid text as an SVG picture, without a browser; the home of mmdr."""

import re

# The renderer measures with the widths of one font, and what shows the picture may have a wider one.
_MEASURED, _SHOWN = 16, 14  # pixels
_IN_LETTERS = re.compile(r'\b(?P<what>d?y)="(?P<size>-?[\d.]+)em"')
_OPENING = re.compile(r'<svg [^>]*?width="100%"[^>]*?viewBox="(?P<box>[-\d. ]+)"[^>]*>')


def svg(mermaid: str) -> str:
    """Draw a diagram, in its own size and on white, so that it looks the same wherever it is opened."""
    import mmdr

    drawn = _smaller(mmdr.render(mermaid).svg())
    opening = _OPENING.match(drawn)
    if opening is None:
        msg = f"not the beginning of a picture: {drawn[:200]!r}"
        raise ValueError(msg)
    x, y, width, height = (round(float(each), 2) for each in opening["box"].split())
    sized = opening[0].replace('width="100%"', f'width="{width:g}" height="{height:g}"')
    paper = f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="#ffffff"/>'
    return f"{sized}{paper}{drawn[opening.end() :]}\n"


def _smaller(drawn: str) -> str:
    """Make the letters smaller than they were measured, and leave the lines where they are."""
    sized = drawn.replace(f"font-size:{_MEASURED}px", f"font-size:{_SHOWN}px")
    return _IN_LETTERS.sub(
        lambda found: f'{found["what"]}="{float(found["size"]) * _MEASURED / _SHOWN:.3g}em"', sized
    )
