"""The program: runs a command, turns errors into one line and an exit code.

0 done · 2 the world's fault, one clear line · 1 a bug, with a report on disk.
"""

import io
import os
import sys
from collections.abc import Sequence

from resources import faults
from resources.errors import UserError, one_line
from resources.log import Role, kept
from workstation.broken_text import refuse_broken_text
from workstation.crash import say_on_stderr, unhandled_told


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and gives the exit code."""
    _open_standard_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal that cannot show a letter shows its number instead of ending the program.
        sys.stdout.reconfigure(errors="backslashreplace")
    arguments = list(sys.argv[1:] if argv is None else argv)
    role: Role = "window" if arguments[:1] in (["gui"], ["demo"]) else "command"
    with kept(role) as log, faults.traced(role), unhandled_told(say_on_stderr):
        code = _run(arguments)
        # A command that failed has said its one line.
        if code == 0 and log.trouble:
            sys.stderr.write(f"workstation: {log.trouble}\n")
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        from workstation.cli import run  # noqa: PLC0415 - errors of the imports are reported too

        _refuse_broken_text(arguments)
        code = run(arguments)
        sys.stdout.flush()
    except SystemExit as end:
        # argparse ends this way after --help and after options it does not understand.
        return end.code if isinstance(end.code, int) else 2
    except UserError as error:
        return _complain(str(error))
    except KeyboardInterrupt:
        return _complain("stopped; what was finished is kept")
    except BrokenPipeError:
        # The reader of a pipe went away; Python would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _complain(f"{where}{error.strerror or error}")
    except Exception as error:
        say_on_stderr(error)
        return 1
    return code


def _open_standard_streams() -> None:
    """Points closed standard streams at nothing.

    Otherwise the next file opened, a case's database even, would get their numbers, and whatever
    a library writes to "standard error" would land in it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is the one given out.
            os.open(os.devnull, os.O_RDWR)
    # The type checker believes that they are always there.
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _refuse_broken_text(arguments: Sequence[str]) -> None:
    """Refuses bytes that are no text.

    Raises:
        UserError: an argument or a setting holds such bytes; a setting's value is not repeated.
    """
    shown = {
        f"the value of {name}": text
        for name, text in os.environ.items()
        if name.startswith("WORKSTATION_")
    }
    # Of many files one may have such a name: that command refuses the file, not all of them.
    if tuple(arguments[:2]) != ("source", "add"):
        shown |= {f"the argument {text!r}": text for text in arguments}
    refuse_broken_text(shown)


def _complain(text: str) -> int:
    sys.stderr.write(f"workstation: {one_line(text)}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
