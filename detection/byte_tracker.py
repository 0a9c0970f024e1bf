"""The built-in tracker: detections joined by predicted place, sure ones first, doubtful ones after.

It must not keep anything of a track that has ended.

After Zhang et al. 2022, "ByteTrack: Multi-Object Tracking by Associating Every Detection Box". We
depart from it in these points: time is seconds and not frames; boxes continue only boxes of their
own group of classes; going on in the same direction counts beside overlap (see
`detection.association`), and so does looking the same; a sure detection corrects the filter more
than a doubtful one (Du et al. 2021, "GIAOTracker"); doubtful detections alone carry a track for a
limited time only; a gap is filled when the track is found again.

The look of a track is a running mean of its sure detections' glances, as in Wojke et al. 2017,
"Simple Online and Realtime Tracking with a Deep Association Metric", with colours instead of a
network, and of uncovered ones only.
"""

from dataclasses import asdict
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detection.association import along, assign, covered, one_of_each, overlaps
from detection.glances import GLANCE_LENGTH, Glances, glances
from detection.kalman import Floats, Motion, begin, centre_size, corners, predict, update
from detection.labels import groups
from detection.saved_state import freeze, thaw
from detection.tracker import TrackerOptions
from detection.types import Detections, TrackPoints
from video.clock import NS_PER_S
from video.types import Pixels, TimeNs

# Speeds that a new object may have, before it was seen twice: heights per second.
_START_SPEED: Final = 1.0
_START_GROWTH: Final = 0.2
# The doubt 1 − score at which a detection is off by just `TrackerOptions.noise`.
_USUAL_DOUBT: Final = 0.3
_LEAST_DOUBT: Final = 0.05
# A track that is seen and one that is not, this much on top of each other, are one object.
_SAME: Final = 0.85
# A detection covered by more than this share of another shows too much of that one's colours.
_COVERED: Final = 0.3

_KIND: Final = "byte tracker 2"

# Structured arrays: all columns of a track go where its row goes.
Records = NDArray[np.void]
Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

_LIVE: Final = np.dtype(
    [
        ("key", np.int64),  # counts births, so rows are in this order; tells held points apart
        ("track", np.int32),  # 0 until confirmed
        ("class_id", np.int16),  # of the detection that continued it last
        ("value", np.float64, 4),
        ("rate", np.float64, 4),
        ("value_var", np.float64, 4),
        ("cross", np.float64, 4),
        ("rate_var", np.float64, 4),
        ("behind", np.float64, 2),  # its centre, lagging: where it was a moment ago
        ("age_s", np.float64),  # analysed time since birth, since last seen, since last seen surely
        ("unseen_s", np.float64),
        ("weak_s", np.float64),
        ("seen_step", np.int32),
        ("seen_ns", np.int64),
        ("seen_box", np.float32, 4),  # as given out
        ("look", np.float32, GLANCE_LENGTH),  # zeros: not known
    ]
)
_HELD: Final = np.dtype(
    [
        ("key", np.int64),
        ("step", np.int32),
        ("box", np.float32, 4),
        ("score", np.float32),
        ("class_id", np.int16),
        ("interpolated", np.bool_),
    ]
)
_ANALYSED: Final = np.dtype([("step", np.int32), ("time_ns", np.int64)])


class ByteTracker:
    """A `Tracker`; holds the tracks that may still go on and the points that may still change."""

    def __init__(self, options: TrackerOptions | None = None) -> None:
        self._options = options or TrackerOptions()
        self._live: Records = np.zeros(0, _LIVE)
        self._held: Records = np.zeros(0, _HELD)
        self._analysed: Records = np.zeros(0, _ANALYSED)
        self._step = -1
        self._births = 0
        self._confirmed = 0

    @property
    def busy(self) -> bool:
        return len(self._live) > 0

    def options_as_dict(self) -> dict[str, float]:
        """As the Protocol says."""
        return asdict(self._options)

    def update(
        self, detections: Detections, time_ns: TimeNs, picture: Pixels | None = None
    ) -> TrackPoints:
        """As the Protocol says.

        Raises:
            ValueError: `time_ns` is not later than the time before.
        """
        seconds = self._advance(time_ns)
        self._predict(seconds)
        found = one_of_each(detections.where(detections.scores >= self._options.low_score))
        sure = found.scores >= self._options.sure_score
        looks = self._looks(found, sure, picture)
        rows, columns = self._associate(found, sure, looks)

        before = self._live[rows]
        self._correct(rows, found.where(columns), time_ns)
        self._remember(rows, looks[columns])
        for row in np.flatnonzero((before["unseen_s"] > 0) & (before["track"] > 0)):
            self._fill(before[row], self._live[rows[row]])
        self._age(seconds, rows, sure[columns])
        points = self._end(rows)

        fresh = sure & (found.scores >= self._options.birth_score)
        fresh[columns] = False
        self._bear(found.where(fresh), looks[fresh], time_ns)
        return points

    def finish(self) -> TrackPoints:
        """As the Protocol says."""
        points = self._release(self._live["track"] > 0)
        self._live, self._held = self._live[:0], self._held[:0]
        return points

    def state(self) -> bytes:
        """As the Protocol says."""
        arrays = {
            "live": self._live,
            "held": self._held,
            "analysed": self._analysed,
            "counts": np.array([self._step, self._births, self._confirmed]),
        }
        return freeze(_KIND, self.options_as_dict(), arrays)

    def restore(self, state: bytes) -> None:
        """As the Protocol says."""
        arrays = thaw(state, _KIND, self.options_as_dict())
        self._live, self._held = arrays["live"], arrays["held"]
        self._analysed = arrays["analysed"]
        self._step, self._births, self._confirmed = arrays["counts"].tolist()

    def _advance(self, time_ns: TimeNs) -> float:
        """Notes one more analysed frame; gives the seconds since the one before, capped."""
        last_ns = int(self._analysed["time_ns"][-1]) if len(self._analysed) else None
        if last_ns is not None and time_ns <= last_ns:
            raise ValueError(f"time goes back or stands still: {time_ns} after {last_ns}")
        self._step += 1
        needed = self._analysed["time_ns"] >= time_ns - self._options.fill_s * NS_PER_S
        now = np.array([(self._step, time_ns)], _ANALYSED)
        self._analysed = np.concatenate([self._analysed[needed], now])
        if last_ns is None:
            return 0.0
        return min((time_ns - last_ns) / NS_PER_S, self._options.longest_step_s)

    def _predict(self, seconds: float) -> None:
        live = self._live
        heights = live["value"][:, 3:]
        moved = predict(_motion(live), seconds, (self._change() * heights) ** 2)
        _put(live, slice(None), moved)
        # How the size of something unseen changes is not known: a moment's trend would run away.
        live["rate"][live["unseen_s"] > 0, 2:] = 0
        np.maximum(live["value"][:, 2:], 1.0, out=live["value"][:, 2:])

    def _looks(self, found: Detections, sure: Mask, picture: Pixels | None) -> Glances:
        """A glance at each sure detection that nothing covers, zeros for the others, `(n, d)`."""
        looks = np.zeros((len(found), GLANCE_LENGTH), np.float32)
        if picture is not None:
            rows = np.flatnonzero(sure)
            clear = rows[covered(found.boxes[rows]) < _COVERED]
            looks[clear] = glances(picture, found.where(clear))
        return looks

    def _associate(self, found: Detections, sure: Mask, looks: Glances) -> tuple[Rows, Rows]:
        """Rows of live tracks and the positions of the detections that continue them.

        Three rounds, each on what the ones before left: sure detections on confirmed tracks;
        doubtful ones on tracks seen in the frame before; sure ones on tracks still unconfirmed.
        """
        live, options = self._live, self._options
        boxes = found.boxes.astype(np.float64)
        overlap = overlaps(corners(live["value"]), boxes)
        other = groups(live["class_id"])[:, None] != groups(found.class_ids)
        overlap[other] = -1
        ahead = along(
            live["rate"][:, :2], live["behind"], live["value"][:, 3], centre_size(boxes)[:, :2]
        )
        alike = live["look"] @ looks.T
        known = alike > 0
        looking = np.clip((alike - options.usual_likeness) / (1 - options.usual_likeness), -1, 1)
        worth = overlap + options.direction_weight * ahead
        worth[known] += options.look_weight * looking[known]
        # Far from where it was expected, only who looks right.
        strange = known & (alike < options.least_likeness) & (overlap < options.sure_overlap)

        confirmed = live["track"] > 0
        present = confirmed & (live["unseen_s"] == 0)
        column_of = np.full(len(live), -1)
        open_ = np.ones(len(boxes), bool)
        for tracks, candidates, allowed in (
            (confirmed, sure, (overlap >= options.overlap) & ~strange),
            (present, ~sure, overlap >= options.low_overlap),
            (~confirmed, sure, overlap >= options.birth_overlap),
        ):
            rows = (tracks & (column_of < 0)).nonzero()[0]
            columns = (candidates & open_).nonzero()[0]
            part = rows[:, None], columns
            chosen, taken = assign(worth[part], allowed[part])
            column_of[rows[chosen]] = columns[taken]
            open_[columns[taken]] = False
        matched = (column_of >= 0).nonzero()[0]
        return matched, column_of[matched]

    def _correct(self, rows: Rows, found: Detections, time_ns: TimeNs) -> None:
        """Brings tracks to the detections that continue them and holds a point for each."""
        if not len(rows):
            return
        live, options = self._live, self._options
        boxes = found.boxes.astype(np.float64)
        measured = centre_size(boxes)
        noise = self._noise(measured, found.scores)
        _put(live, rows, update(_motion(live[rows]), measured, noise))
        waited = (time_ns - live["seen_ns"][rows]) / NS_PER_S
        catch_up = -np.expm1(-waited / options.direction_lag_s)[:, None]
        live["behind"][rows] += (measured[:, :2] - live["behind"][rows]) * catch_up
        given = (1 - options.smoothing) * boxes + options.smoothing * corners(live["value"][rows])
        live["seen_box"][rows] = given
        live["seen_step"][rows] = self._step
        live["seen_ns"][rows] = time_ns
        live["class_id"][rows] = found.class_ids
        self._hold(rows, found.scores)

    def _remember(self, rows: Rows, looks: Glances) -> None:
        """Brings the look of tracks towards how they look now, where that was seen."""
        seen = looks.any(axis=1)
        rows, looks = rows[seen], looks[seen]
        before = self._live["look"][rows]
        share = np.where(before.any(axis=1), self._options.look_renewal, 1).astype(np.float32)
        mixed = before + share[:, None] * (looks - before)
        self._live["look"][rows] = mixed / np.linalg.norm(mixed, axis=1, keepdims=True)

    def _hold(self, rows: Rows, scores: NDArray[np.float32]) -> None:
        points = np.zeros(len(rows), _HELD)
        points["key"] = self._live["key"][rows]
        points["step"] = self._step
        points["box"] = self._live["seen_box"][rows]
        points["score"] = scores
        points["class_id"] = self._live["class_id"][rows]
        self._held = np.concatenate([self._held, points])

    def _fill(self, before: np.void, after: np.void) -> None:
        """Holds points on the straight line through a gap, at the frames analysed in it."""
        length_ns = after["seen_ns"] - before["seen_ns"]
        if length_ns > self._options.fill_s * NS_PER_S:
            return
        steps = self._analysed["step"]
        within = self._analysed[(steps > before["seen_step"]) & (steps < after["seen_step"])]
        share = ((within["time_ns"] - before["seen_ns"]) / length_ns)[:, None]
        points = np.zeros(len(within), _HELD)
        points["key"] = after["key"]
        points["step"] = within["step"]
        points["box"] = (1 - share) * before["seen_box"] + share * after["seen_box"]
        points["class_id"] = before["class_id"]
        points["interpolated"] = True
        self._held = np.concatenate([self._held, points])

    def _age(self, seconds: float, rows: Rows, sure: Mask) -> None:
        """Counts analysed time; confirms the tracks among `rows` that were seen long enough."""
        live = self._live
        for column in ("age_s", "unseen_s", "weak_s"):
            live[column] += seconds
        live["unseen_s"][rows] = 0
        live["weak_s"][rows[sure]] = 0
        grown = rows[(live["track"][rows] == 0) & (live["age_s"][rows] >= self._options.confirm_s)]
        live["track"][grown] = self._confirmed + 1 + np.arange(len(grown))
        self._confirmed += len(grown)

    def _end(self, rows: Rows) -> TrackPoints:
        """Lets go of tracks that are over, `rows` being those just seen; gives what is final."""
        live, options = self._live, self._options
        seen = np.zeros(len(live), bool)
        seen[rows] = True
        confirmed = live["track"] > 0
        faded = seen & (live["weak_s"] > options.weak_s)
        over = (live["unseen_s"] > options.lost_s) | self._doubles(seen & confirmed)
        points = self._release(confirmed & ~faded & (over | (live["weak_s"] == 0)))
        kept = (seen | confirmed) & ~faded & ~over
        self._held = self._held[kept[self._owners()]]
        self._live = live[kept]
        return points

    def _doubles(self, seen: Mask) -> Mask:
        """The younger of each pair of confirmed tracks that are one object, one of them unseen.

        Happens when an object comes back far from where it was expected, and the old track then
        drifts onto the new one.
        """
        live = self._live
        double = np.zeros(len(live), bool)
        present = np.flatnonzero(seen)
        absent = np.flatnonzero((live["track"] > 0) & ~seen)
        if len(present) and len(absent):
            boxes = corners(live["value"])
            same = overlaps(boxes[present], boxes[absent]) > _SAME
            kinds = groups(live["class_id"])
            same &= kinds[present][:, None] == kinds[absent]
            first, second = np.nonzero(same)
            # Rows are in order of birth.
            double[np.maximum(present[first], absent[second])] = True
        return double

    def _release(self, which: Mask) -> TrackPoints:
        """The held points of these tracks, in order of step and track; they are held no more."""
        live = self._live
        owner = self._owners()
        mine = which[owner]
        points, owner = self._held[mine], owner[mine]
        self._held = self._held[~mine]
        # Keys are in order of birth, not of confirmation.
        order = np.lexsort((live["track"][owner], points["step"]))
        points, owner = points[order], owner[order]
        return TrackPoints(
            track=live["track"][owner],
            step=points["step"],
            boxes=points["box"],
            scores=points["score"],
            class_ids=points["class_id"],
            interpolated=points["interpolated"],
        )

    def _owners(self) -> Rows:
        """The live row of every held point: there always is one."""
        return np.searchsorted(self._live["key"], self._held["key"])

    def _bear(self, found: Detections, looks: Glances, time_ns: TimeNs) -> None:
        """Starts a track, not yet confirmed, from each detection."""
        if not len(found):
            return
        boxes = found.boxes.astype(np.float64)
        measured = centre_size(boxes)
        start = np.array([_START_SPEED, _START_SPEED, _START_GROWTH, _START_GROWTH])
        born = np.zeros(len(found), _LIVE)
        born["key"] = self._births + np.arange(len(found))
        born["class_id"] = found.class_ids
        rate_var = (start * measured[:, 3:]) ** 2
        _put(born, slice(None), begin(measured, self._noise(measured, found.scores), rate_var))
        born["behind"] = measured[:, :2]
        born["seen_step"] = self._step
        born["seen_ns"] = time_ns
        born["seen_box"] = found.boxes
        born["look"] = looks
        self._births += len(found)
        self._live = np.concatenate([self._live, born])
        self._hold(np.arange(len(self._live) - len(born), len(self._live)), found.scores)

    def _noise(self, measured: Floats, scores: NDArray[np.float32]) -> Floats:
        """Variances of measurements, `(n, 4)`: the surer a detection, the smaller."""
        doubt = np.maximum(1 - scores.astype(np.float64), _LEAST_DOUBT) / _USUAL_DOUBT
        variance = (self._options.noise * measured[:, 3]) ** 2 * doubt
        return np.repeat(variance[:, None], 4, axis=1)

    def _change(self) -> Floats:
        """How strongly centre x, centre y, width and height change pace, in heights."""
        options = self._options
        return np.array(
            [options.acceleration, options.acceleration, options.growth, options.growth]
        )


def _motion(live: Records) -> Motion:
    return Motion(live["value"], live["rate"], live["value_var"], live["cross"], live["rate_var"])


def _put(live: Records, rows: Rows | slice, motion: Motion) -> None:
    live["value"][rows] = motion.value
    live["rate"][rows] = motion.rate
    live["value_var"][rows] = motion.value_var
    live["cross"][rows] = motion.cross
    live["rate_var"][rows] = motion.rate_var
