"""A run of the tests that is killed leaves no server behind."""

import signal
import subprocess
import sys
from contextlib import suppress

import psycopg
import pytest

from tests.modules import ROOT

pytestmark = pytest.mark.only("postgres")
PROGRAM = "from tests.servers import Machine; print(Machine().address, flush=True); input()"


@pytest.mark.long
def test_a_server_goes_with_the_process_that_started_it_even_when_that_is_killed() -> None:
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        address = running.stdout.readline().strip()
        with psycopg.connect(address) as connection:
            running.send_signal(signal.SIGKILL)
            # The server ends every connection when it is taken away.
            with suppress(psycopg.OperationalError):
                connection.execute("SELECT pg_sleep(600)")
                pytest.fail("it is still there")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)
