"""How many of something there are, in words. It imports nothing, so lists may use it."""


def counted(number: int, noun: str) -> str:
    """Say how many of something there are: `1 day`, `3 days`, `3 entries`."""
    return f"{number} {noun if number == 1 else _many(noun)}"


def _many(noun: str) -> str:
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2] not in "aeiou" else f"{noun}s"
