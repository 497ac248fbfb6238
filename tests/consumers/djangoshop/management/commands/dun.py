"""`manage.py dun`: carry out what is due; safe from cron on several machines."""

from django.core.management.base import BaseCommand, CommandParser

from djangoshop.services import engine


class Command(BaseCommand):
    """Carry out what is due, for both creditors."""

    help = "Send what is due."

    def add_arguments(self, parser: CommandParser) -> None:
        """Let cron bound its run."""
        parser.add_argument("--limit", type=int, default=100)

    def handle(self, *, limit: int, **_: object) -> str:
        """Run once."""
        done = engine().run_due(limit=limit)
        return f"{done.sent} sent, {done.failed} failed, {done.unknown} unknown"
