"""Commands on the command line, each with --help and --json."""

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photochanger_cli.commands.context import Command

if TYPE_CHECKING:
    from argparse import _SubParsersAction


@dataclass(frozen=True)
class Parsers:
    """Where commands are added; `shared` are the arguments that each of them takes."""

    shared: argparse.ArgumentParser
    action: "_SubParsersAction[argparse.ArgumentParser]"

    def command(self, name: str, said: str, command: Command) -> argparse.ArgumentParser:
        """Add a command and give its parser, for its own arguments."""
        parser = self.action.add_parser(name, help=said, description=said, parents=[self.shared])
        parser.set_defaults(command=command)
        return parser

    def group(self, name: str, said: str) -> "Parsers":
        """Add a word that takes a command of its own."""
        parser = self.action.add_parser(name, help=said, description=said)
        return Parsers(self.shared, parser.add_subparsers(required=True, metavar="COMMAND"))
