"""When things happen: the tick, escalation and delivery; it alone knows APScheduler and procrastinate."""
