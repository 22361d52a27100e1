"""A catcher of notices for trials: nothing that the hall sends leaves the machine."""

import signal

import click

from reception.catcher import Catcher, Caught


@click.command("catch-notices")
@click.option("--mail-port", type=click.IntRange(1, 65535), default=8025, show_default=True)
@click.option("--post-port", type=click.IntRange(1, 65535), default=8026, show_default=True)
def catch_notices(*, mail_port: int, post_port: int) -> None:
    """Show e-mails and text messages of a trial hall instead of sending them.

    Open the hall with the settings that this prints. Ctrl-C stops it.
    """
    with Catcher(mail_port=mail_port, post_port=post_port, tell=_tell) as catcher:
        click.echo(f"export SMTP_URL='{catcher.smtp_url}'")
        click.echo(f"export SMS_URL='{catcher.sms_url}'")
        click.echo(f"export TELEGRAM_URL='{catcher.telegram_url}' TELEGRAM_TOKEN=trial")
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


def _tell(caught: Caught) -> None:
    click.echo(f"--- {caught.way} to {caught.to}  {caught.subject}\n{caught.text}\n")


commands: list[click.Command] = [catch_notices]
