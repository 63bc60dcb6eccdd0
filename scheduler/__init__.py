"""When things happen: the tick, escalation and delivery, and the only package that knows APScheduler and procrastinate."""
