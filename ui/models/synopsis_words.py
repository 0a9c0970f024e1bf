"""What is said of a synopsis: how long it is, what it shows of what was found. No widgets."""

from PySide6.QtCore import QCoreApplication

from casefiles.synopsis_types import Synopsis, SynopsisCoverage
from casefiles.types import TRACKS_PER_RUN, TrackRow
from casefiles.usecases.sureness import sureness
from detection.labels import ObjectClass
from ui.models.wall_text import length
from video.clock import NS_PER_S
from video.synopsis.types import Shown


def show_time(show_ns: int) -> str:
    """`1:05`, or `1:02:05`."""
    minutes, seconds = divmod(show_ns // NS_PER_S, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def ratio_line(synopsis: Synopsis) -> str:
    """`24 min 10 s in 1 min 03 s, 23 : 1`."""
    made = synopsis.measures
    if not made.ratio:
        return ""
    ratio = f"{made.ratio:.0f}" if made.ratio >= 10 else f"{made.ratio:.1f}"
    return _said("{0} in {1}, {2} : 1").format(length(made.input_s), length(made.output_s), ratio)


def coverage_line(coverage: SynopsisCoverage) -> str:
    """What is shown of what was found, in one line, such as `37 of 38 objects shown, 1 too small`;
    what is not known of the objects stands in `coverage_details`."""
    parts = [_said("{0} of {1} objects shown").format(coverage.shown, coverage.found)]
    parts += [f"{count} {_said(why)}" for why, count in coverage.dropped.items() if count]
    if coverage.doubtful:
        parts.append(_said("{0} uncertain").format(coverage.doubtful))
    if coverage.hidden:
        parts.append(_said("{0} hidden").format(coverage.hidden))
    if len(coverage.notes) == 1:
        parts.append(_said("1 note"))
    elif coverage.notes:
        parts.append(_said("{0} notes").format(len(coverage.notes)))
    return ", ".join(parts)


def note_line(similar: int, unprepared: int) -> str:
    """Why not everything is shown: so many of a search by appearance are, so many recordings are
    not prepared; empty for 0 and 0."""
    said = []
    if similar:
        words = _said("The {0} most similar are shown: a search by appearance orders all.")
        said.append(words.format(similar))
    if unprepared == 1:
        said.append(_said("One recording is not prepared yet."))
    elif unprepared:
        said.append(_said("{0} recordings are not prepared yet.").format(unprepared))
    return " ".join(said)


def coverage_details(synopsis: Synopsis) -> str:
    """The rest, a line each: what was dropped and why, what is hidden, notes, how good it is."""
    coverage, made = synopsis.coverage, synopsis.measures
    lines = [
        _said("{0} left out: {1}.").format(count, _said(why))
        for why, count in coverage.dropped.items()
        if count
    ]
    if coverage.doubtful:
        lines.append(_said("{0} were seen with little confidence.").format(coverage.doubtful))
    if coverage.hidden:
        words = _said("{0} hidden: static false alarms, rejected ones, or left out as asked.")
        lines.append(words.format(coverage.hidden))
    lines += [f"{note[:1].upper()}{note[1:]}." for note in coverage.notes]
    if made.objects:
        lines.append(
            _said(
                "Objects hide {0:.1f} % of each other on average; {1:.1f} are shown at once."
            ).format(100 * made.overlap, made.at_once)
        )
        words = _said("{0:.0f} % of the pairs appear in another order than they were recorded.")
        lines.append(words.format(100 * made.disorder))
    return "\n".join(lines)


def why_nothing(*, has_footage: bool, unprepared: bool, busy: bool) -> tuple[str, str, str]:
    """What stands in place of a synopsis that is not there: heading, text, icon."""
    if not has_footage:
        text = "Add footage and analyse it: what was found is then shown together."
        return _said("Nothing to review yet"), _said(text), "source"
    if unprepared:
        text = (
            "Objects of different times are shown together over one background. They are cut out "
            "of the recordings once; that takes about as long as playing them."
        )
        return _said("Hours in minutes"), _said(text), "faster"
    if busy:
        return _said("Putting it together…"), "", "faster"
    return _said("Nothing to review yet"), "", "source"


def object_name(row: TrackRow | None, track_id: int) -> str:
    """Class and number within the run, such as `Person 12`."""
    kind = _said("Object") if row is None else ObjectClass(row.class_id).label.capitalize()
    return f"{kind} {track_id % TRACKS_PER_RUN}"


def object_line(row: TrackRow | None, shown: Shown, camera: str, when: str) -> str:
    """What an object is: class, camera, time, how surely it was seen, and how it is shown."""
    parts = [object_name(row, shown.tube), camera, when]
    if row is not None:
        word = {"strong": "seen clearly", "fair": "fairly sure", "weak": "uncertain"}
        parts.append(_said(word[sureness(row.mean_score)]))
    if shown.pieces > 1:
        parts.append(_said("piece {0} of {1}").format(shown.piece + 1, shown.pieces))
    if shown.speed > 1.05:
        parts.append(_said("stands still, {0:.0f}× faster").format(shown.speed))
    return " · ".join(parts)


def _said(text: str) -> str:
    return QCoreApplication.translate("Synopsis", text)
