"""Handing a text over to real servers that answer, refuse, hang, and hang up."""

import logging

import pytest

from pathways.errors import CarepathError
from scheduler.channels import Limits, Text, check, hand_over, masked, server_of
from scheduler.delivery import DeliveryFailed
from tests.scheduler.servers import HANGS_FOR, Received, deaf_port, hook, mailbox, until

pytestmark = pytest.mark.only("sqlite")

TEXT = Text("carepath: P-014", "Assess the response\nby 2026-03-10")
# Longer than any server here hangs: who goes by the limit that is short says so, who does not is hung up on.
FOR_LONG = 3 * HANGS_FOR
PATIENT = Limits(answer=FOR_LONG, whole=FOR_LONG)


def failure(url: str, limits: Limits = PATIENT) -> str:
    with pytest.raises(DeliveryFailed) as failed:
        hand_over(url, TEXT, "k1", limits=limits)
    return str(failed.value)


def test_a_webhook_gets_the_text_with_its_key() -> None:
    with hook() as server:
        hand_over(server.url, TEXT, "k1")

        assert server.received == [Received("k1", "carepath: P-014\nAssess the response\nby 2026-03-10")]


def test_a_mail_carries_the_text_and_its_key() -> None:
    with mailbox() as box:
        hand_over(box.url, TEXT, "k1")

        [mail] = box.received
        assert mail.key == "k1"


def test_a_mail_set_up_as_the_page_says_arrives_line_by_line() -> None:
    body = "Assess the response\nBy 2026-03-10, if <b> & 5 > 3.\n\nWhy: carepath why P-014/3"
    with mailbox() as box:
        hand_over(box.url, Text("carepath: P-014", body), "k1")

        assert box.types == ["text/plain"]
        assert box.received[0].text.splitlines() == ["carepath: P-014", *body.splitlines()]


@pytest.mark.parametrize("code", [400, 404, 429, 500, 503])
def test_a_server_that_answers_with_an_error_has_failed(code: int) -> None:
    with hook(code) as server:
        assert failure(server.url) == f"the server answered {code}"


def test_a_redirect_is_no_delivery() -> None:
    with hook(302) as server:
        assert failure(server.url) == "the server answered 302"


def test_a_server_that_hangs_up_after_taking_the_message_has_failed() -> None:
    with hook("drops") as server:
        assert failure(server.url) == "the server could not be reached, or hung up"
        assert len(server.received) == 1


def test_a_server_that_hangs_is_given_up_on() -> None:
    with hook("hangs") as server:
        assert failure(server.url, PATIENT._replace(answer=0.3)) == "no answer in time"


def test_a_server_that_sends_a_byte_now_and_then_is_given_up_on_too() -> None:
    with hook("trickles") as server:
        assert failure(server.url, PATIENT._replace(whole=0.5)) == "no answer in time"


@pytest.mark.parametrize("kind", ["json", "mailto"])
def test_where_nobody_listens_it_has_failed(kind: str) -> None:
    with deaf_port() as port:
        url = f"{kind}://127.0.0.1:{port}?from=a@site.example&to=b@site.example"

        assert failure(url) == "the server could not be reached, or hung up"


@pytest.mark.parametrize(("answer", "code"), [("550 no such user", 550), ("451 try later", 451)])
def test_a_mail_that_is_refused_has_failed(answer: str, code: int) -> None:
    with mailbox(answer) as box:
        assert failure(box.url) == f"the server answered {code}"


def test_a_mail_to_somebody_the_server_does_not_know_has_failed() -> None:
    with mailbox(knows="550 no such user") as box:
        assert failure(box.url) == "the server answered 550"
        assert box.received == []


def test_a_mail_server_that_hangs_with_the_mail_is_given_up_on() -> None:
    with mailbox(hangs=True) as box:
        assert failure(box.url, PATIENT._replace(whole=0.5)) == "no answer in time"
        until(box, 1)  # on a busy machine after it was given up
        assert [mail.key for mail in box.received] == ["k1"]


def test_a_mail_server_that_hangs_up_after_taking_the_mail_has_failed() -> None:
    with mailbox(hangs_up=True) as box:
        assert failure(box.url) == "the server could not be reached, or hung up"
        assert [mail.key for mail in box.received] == ["k1"]


def test_whoever_stops_does_not_wait_for_a_server_that_hangs() -> None:
    with hook("hangs") as server, pytest.raises(DeliveryFailed, match="stopped"):
        hand_over(server.url, TEXT, "k1", limits=PATIENT, stopped=lambda: bool(server.received))


def test_an_address_cannot_ask_to_be_called_a_success() -> None:
    with hook(500) as server:
        assert failure(f"{server.url}?optional=yes&retry=3&cto=60&rto=60") == "the server answered 500"
        assert len(server.received) == 1


@pytest.mark.parametrize("url", ["", "anna@site.example", "nosuch://x", "https://site.example/hook?a=1"])
def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(CarepathError) as refused:
        check(url)

    assert "site.example" not in str(refused.value)


def test_nothing_of_an_address_is_shown_but_its_kind() -> None:
    assert masked("json://anna:secret@site.example/x?+Authorization=token") == "json://..."
    assert masked("slack://T1/B2/C3") == "slack://..."


def test_two_addresses_on_one_server_are_known_to_be() -> None:
    assert server_of("json://a:b@Site.example:8080/x") == server_of("json://site.example:8080/y")


class Log(logging.Handler):
    """What reaches the log of the program, but for what the servers of the tests say themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] != "mail":
            self.lines.append(record.getMessage())


def test_neither_an_address_nor_a_text_gets_into_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    log = Log()
    logging.getLogger().addHandler(log)
    with mailbox("550 no") as box, hook(500) as server:
        failure(box.url)
        failure(server.url)
    logging.getLogger().removeHandler(log)

    assert log.lines
    assert not [line for line in log.lines if "anna" in line or "P-014" in line or "Assess" in line]
