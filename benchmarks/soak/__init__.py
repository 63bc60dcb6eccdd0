"""Real processes at work on a real database, hit by random faults for minutes, and their history checked."""
