"""How many of something there are, in words. It imports nothing, so lists may use it."""


def counted(number: int, noun: str) -> str:
    """Say how many of something there are: `1 day`, `3 days`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
