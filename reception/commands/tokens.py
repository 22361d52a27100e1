"""Keys for neighbouring systems and devices of the hall."""

import click

from agencies import staff
from agencies.calendar import clock
from agencies.directory import agency_by_code
from agencies.staff import AGENCY_ROLES, Role
from reception.commands.register import open_register


@click.group()
def token() -> None:
    """Keys of the API."""


@token.command()
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@click.option("--agency", metavar="CODE", help="Whose officer or head the key acts as.")
@click.option("--name", default="", help="Who holds the key, such as the name of a system.")
def create(*, role: str, agency: str | None, name: str) -> None:
    """Make a key and print it, this one time. Only its digest is kept."""
    if role in AGENCY_ROLES and not agency:
        raise click.UsageError(f"the role {role} works for an agency: add --agency CODE")
    with open_register() as session:
        made = staff.create_token(
            session,
            role=Role(role),
            agency=agency_by_code(session, agency) if agency else None,
            name=name or role,
            now=clock(),
        )
        session.commit()
    click.echo(made)


commands: list[click.Command] = [token]
