"""Declares the command that searches motion in a zone."""

from workstation.arguments import Commands, a_number, a_path, a_worker_count, add_command


def declare_motion(commands: Commands) -> None:
    """When something moved in a drawn region."""
    motion = add_command(
        commands, "motion", "commands.motion:motion",
        "when something moved in a zone, in recordings that need not be analysed",
    )  # fmt: skip
    motion.add_argument("case", metavar="CASE", type=a_path)
    where = motion.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "--zone", metavar="JSON", help='{"source"|"camera": ID, "polygon": [[x,y],...]}'
    )
    where.add_argument("--zone-id", type=a_number, metavar="ID", help="a zone of the case")
    motion.add_argument("--source", type=a_number, action="append", default=[], metavar="ID",
                        help="only these recordings")  # fmt: skip
    motion.add_argument("--from", dest="from_time", metavar="T", help="wall time with zone")
    motion.add_argument("--to", dest="to_time", metavar="T", help="wall time, itself not included")
    motion.add_argument("--near", metavar="T", help="recordings nearest to this time come first")
    motion.add_argument(
        "--sensitivity", type=float, default=0.5, metavar="0..1",
        help="higher: smaller and fainter motion counts",
    )  # fmt: skip
    how = motion.add_mutually_exclusive_group()
    how.add_argument(
        "--all-frames", action="store_true",
        help="look at five pictures of every second, not at key frames first",
    )  # fmt: skip
    how.add_argument(
        "--rough", action="store_true",
        help="key frames only: do not look for the ends of what moved",
    )  # fmt: skip
    motion.add_argument("--processes", type=a_worker_count, default=None, metavar="N")
    motion.add_argument(
        "--index", action="store_true",
        help="then analyse the recordings with motion, most of it first",
    )  # fmt: skip
    motion.add_argument("--detector", default="ssd-oidv4", metavar="NAME", help="with --index")
