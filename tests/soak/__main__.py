"""`make soak`: long and repeated things, one line each at the end.

python -m tests.soak [kills] [mutated] [hour]    # all three when none is named
"""

import argparse
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.soak import hour, kills, mutated
from tests.soak.verdict import Verdict, say


def main() -> int:
    """Runs what was asked for; 0 when all of it holds."""
    asked = argparse.ArgumentParser(prog="make soak", description=__doc__.splitlines()[0])
    asked.add_argument("names", nargs="*", metavar="NAME", help="kills, mutated, hour")
    asked.add_argument("--folder", type=Path, help="where to work; kept afterwards")
    asked.add_argument("--seed", type=int, default=mutated.SEED)
    asked.add_argument("--files", type=int, default=mutated.FILES, help="mutated files")
    asked.add_argument("--first", type=int, default=0, help="number of the first mutated file")
    asked.add_argument("--kills", type=int, default=kills.KILLS)
    asked.add_argument("--minutes", type=float, default=hour.MINUTES, help="of the hour")
    options = asked.parse_args()
    # Whoever ends this ends the windows too: they are in groups of their own.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = options.folder or Path(tempfile.mkdtemp(prefix="soak-"))
    verdicts: list[Verdict] = []
    say(f"working in {folder}, seed {options.seed}")
    if "kills" in options.names or not options.names:
        verdicts.append(kills.run(folder / "kills", kills=options.kills, seed=options.seed))
    if "mutated" in options.names or not options.names:
        verdicts.append(
            mutated.run(
                folder / "mutated", files=options.files, seed=options.seed, first=options.first
            )
        )
    if "hour" in options.names or not options.names:
        verdicts.append(hour.run(folder / "hour", minutes=options.minutes))
    for verdict in verdicts:
        say(str(verdict))
    if options.folder is None:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if all(verdict.holds for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
