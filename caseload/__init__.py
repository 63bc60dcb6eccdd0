"""What people and the clock can do to an enrolment: each act is one function and one transaction."""
