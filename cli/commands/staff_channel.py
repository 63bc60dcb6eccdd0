"""`carepath staff channel`: how somebody at work is reached, and whether that works."""

from pathlib import Path

import click

from caseload import reaching
from caseload.reaching import Reach
from cli import clock, options
from cli.command import Group, command
from cli.json_shapes import print_json
from cli.options import Said
from cli.printing import counted, say, table
from cli.writing import author
from pathways.moments import shown
from storage.connection import Database
from storage.staff import ChannelRow

FAILED = 1


@click.group(cls=Group)
def channel() -> None:
    """Say how people at work are reached: by mail, SMS, chat or a webhook.

    Who has no channel still has the worklist. See docs/how-to/channels.md for the addresses.
    """


@command(
    "carepath staff channel add anna mail "
    "'mailto://mail.hospital.example?from=carepath@hospital.example&to=anna@hospital.example'",
    "carepath staff channel add anna pager 'jsons://hospital.example/pager' --tiers stop --kinds prompts",
)
@click.argument("name", type=options.NAME, metavar="WHO", help="Who is reached.")
@click.argument("channel_name", metavar="NAME", help="What to call it, such as mail.")
@click.argument("url", metavar="URL", help="The address. It may hold a password, so it is never shown.")
@click.option("--tiers", default="", metavar="TIERS", help="Only for prompts of these, such as stop,due.")
@click.option(
    "--kinds",
    default="",
    metavar="KINDS",
    help="Only for these: prompts, digest, failures; all, if left out.",
)
@options.writes()
def add(said: Said, name: str, channel_name: str, url: str, *, tiers: str, kinds: str) -> None:
    """Add a channel, or change the one of that name. Nothing is sent: test it afterwards."""
    from scheduler.channels import check

    check(url)
    row = ChannelRow(
        staff=name, name=channel_name, url=url, tiers=_words(tiers), kinds=_words(kinds), verified_at=None
    )
    with Database(said.path) as database:
        reaching.put(database, row, author(said.by, clock.now()))
    say(f"{name} is reached by {channel_name}. Does it arrive? carepath staff channel test {name}")


@command("carepath staff channel list", "carepath staff channel list anna --json")
@click.argument("name", default="", metavar="[WHO]", help="Of whom; of everybody, if left out.")
@options.reads
def listed(path: Path, name: str, *, as_json: bool) -> None:
    """List channels, without their addresses."""
    with Database(path) as database:
        found = reaching.reaches(database, name, clock.now())
        with database.listing() as lists:
            zone = lists.site_zone()
    if as_json:
        print_json(found)
        return
    rows = [(each.staff, each.name, *_for(each), _works(each, zone)) for each in found]
    for line in table(("WHO", "CHANNEL", "TIERS", "KINDS", "LAST TEST"), rows):
        say(line)


@command("carepath staff channel remove anna sms")
@click.argument("name", type=options.NAME, metavar="WHO", help="Who is reached.")
@click.argument("channel_name", metavar="NAME", help="Which channel of theirs.")
@options.writes()
def remove(said: Said, name: str, channel_name: str) -> None:
    """Forget a channel; what is on its way through it goes through the others."""
    with Database(said.path) as database:
        stops = reaching.remove(database, name, channel_name, author(said.by, clock.now()))
    say(f"{name} is no longer reached by {channel_name}.")
    if stops:
        wait = "1 STOP waits" if stops == 1 else f"{stops} STOPs wait"
        say(f"It was {name}'s last channel for a stop, and {wait} in it: a lead is told.")
        say(f"Tell {name} now: `carepath today --owner {name}`. Then: `carepath staff channel add {name}`.")


@command("carepath staff channel test anna", "carepath staff channel test anna sms")
@click.argument("name", type=options.NAME, metavar="WHO", help="Who is reached.")
@click.argument("channel_name", default="", metavar="[NAME]", help="Which channel; all, if left out.")
@options.database
@click.pass_context
def test(ctx: click.Context, path: Path, name: str, channel_name: str) -> None:
    """Send a test through the real channel, and say what happened; fails when one does."""
    from scheduler.channels import Text, hand_over
    from scheduler.delivery import DeliveryFailed

    now, failed = clock.now(), False
    with Database(path) as database:
        for row, key in reaching.to_test(database, name, channel_name, now):
            reason = ""
            try:
                hand_over(row.url, Text("carepath: a test", f"A test of {row.name} for {name}."), key)
            except DeliveryFailed as error:
                reason, failed = str(error), True
            waited = reaching.tested(database, row, now, arrived=not reason)
            say(f"{row.name}: failed, {reason}." if reason else f"{row.name}: taken. Has it arrived?")
            if waited:
                say(f"{counted(waited, 'message')} that failed before will be tried now.")
    if failed:
        ctx.exit(FAILED)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _for(found: Reach) -> tuple[str, str]:
    return ", ".join(found.tiers) or "all", ", ".join(found.kinds) or "all"


def _works(found: Reach, zone: str) -> str:
    return f"taken {shown(found.verified_at, zone)}" if found.verified_at is not None else "never taken"


channel.add_command(add, "add")
channel.add_command(listed, "list")
channel.add_command(remove, "remove")
channel.add_command(test, "test")
