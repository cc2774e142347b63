"""What every command works with."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from photochanger_cli.api_client import ApiClient
from photochanger_cli.exit_codes import ExitCode
from photochanger_cli.output import Output


@dataclass(frozen=True)
class Context:
    """`ask` asks the person a question, `ask_secret` without showing the answer."""

    api: ApiClient
    output: Output
    ask: Callable[[str], str]
    ask_secret: Callable[[str], str]


Command = Callable[[argparse.Namespace, Context], ExitCode]
