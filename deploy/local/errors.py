"""What the one-machine stack says when it cannot go on."""


class StackError(Exception):
    """One line for the person at the terminal: what is wrong and what to do; `exit_code` goes to the shell."""

    def __init__(self, line: str, *, exit_code: int = 1) -> None:
        super().__init__(line)
        self.exit_code = exit_code


class InterruptedStackError(StackError):
    """Somebody asked to stop (Ctrl-C, `make stop`) before everything was up."""

    def __init__(self) -> None:
        super().__init__("stopped before it was ready", exit_code=130)
