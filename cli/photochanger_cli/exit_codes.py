"""What the command's exit code tells a script."""

from enum import IntEnum


class ExitCode(IntEnum):
    OK = 0
    #: the server refused: not found, conflict, a wrong field; or a file cannot be read or written
    REFUSED = 1
    #: the command line is wrong (argparse's own)
    USAGE = 2
    #: a preflight found an error
    NOT_READY = 3
    #: nobody is logged in, the token is wrong, or the role too low
    NOT_ALLOWED = 4
    #: the server cannot be reached, is overloaded, or did not answer in time
    UNAVAILABLE = 5
    #: the configuration file or a variable is wrong (EX_CONFIG of sysexits.h)
    WRONG_SETTINGS = 78
    #: Ctrl-C
    INTERRUPTED = 130


EXPLAINED = """exit codes:
  0    done
  1    refused by the server, or a file cannot be read or written
  2    wrong command line
  3    preflight: not ready
  4    not logged in, wrong token, or role too low
  5    server away, overloaded or too slow: try again
  78   wrong configuration
  130  interrupted
"""
