"""What a pathway is, and what follows from a history: no clock, no database, no randomness."""
