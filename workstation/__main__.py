"""The program: runs a command, turns errors into one line and an exit code.

0 done · 2 the world's fault, one clear line · 1 a bug, with a report on disk.
"""

import os
import sys
from collections.abc import Sequence

from resources.errors import UserError


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and gives the exit code."""
    from workstation.cli import run  # noqa: PLC0415 - errors of the imports are reported too

    try:
        code = run(list(sys.argv[1:] if argv is None else argv))
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
        from workstation.crash import save_report  # noqa: PLC0415 - needed only here

        where = save_report(error)
        sys.stderr.write(f"workstation: a bug in Sightline: {error!r}. Report: {where}\n")
        return 1
    return code


def _complain(text: str) -> int:
    sys.stderr.write(f"workstation: {text}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
