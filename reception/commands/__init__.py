"""The console script `reception`. Every package offers commands; they are composed by name.

Exit status: 0 done; 1 refused or failed, with one line that says what and how to mend it; 2 wrong
usage. With `--json` standard output carries one JSON document and nothing else.
"""

import sys
from importlib import import_module

import click
from sqlalchemy.exc import OperationalError

import reception
from agencies.errors import DomainError, Invalid
from reception.launcher import Refused
from reception.settings import SettingsMissing


class Commands(click.Group):
    """Loads modules one by one until the wanted command is found, so that most stay unread."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(str(each.name) for module in reception.COMMANDS for each in offered(module))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        for module in reception.COMMANDS:
            for command in offered(module):
                if command.name == cmd_name:
                    return command
        return None


def offered(module: str) -> list[click.Command]:
    return list(import_module(module).commands)


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="open-almaty-reception", prog_name="reception")
def house() -> None:
    """Open Almaty's one-window public reception hall."""


def main() -> None:
    sys.exit(run(sys.argv[1:]))


def run(words: list[str]) -> int:
    try:
        status = house.main(words, prog_name="reception", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _refused("stopped before it was done")
    except DomainError as error:
        return _refused(_in_one_line(error))
    except (Refused, SettingsMissing) as error:
        return _refused(str(error))
    except OperationalError as error:
        return _refused(f"the database does not answer: {_first_line(error.orig)}")
    except OSError as error:
        return _refused(f"{error.filename or 'the system'}: {error.strerror or error}")
    return status if isinstance(status, int) else 0


def _refused(line: str) -> int:
    click.echo(f"reception: {line}", err=True)
    return 1


def _in_one_line(error: DomainError) -> str:
    if isinstance(error, Invalid):
        return "; ".join(f"{field}: {text}" for field, text in error.fields.items())
    return error.message % error.values if error.values else error.message


def _first_line(error: BaseException | None) -> str:
    return str(error).partition("\n")[0]
