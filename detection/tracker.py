"""The door to trackers: detections of successive frames in, tracks out."""

from dataclasses import dataclass
from typing import Final, Protocol

from detection.types import Detections, TrackPoints
from resources.plugins import Registry
from video.types import Pixels, TimeNs


@dataclass(frozen=True, slots=True)
class TrackerOptions:
    """What a tracker takes for granted; the defaults hold for YOLOX and 5 to 25 frames a second.

    Lengths are in heights of the object, so nothing depends on how large it is in the picture;
    times are in seconds of media time, so nothing depends on the frame rate.
    """

    sure_score: float = 0.6
    """Detections from here up start and carry tracks. Higher: fewer false tracks, more gaps."""
    birth_score: float = 0.7
    """Only a detection this sure starts a track. Higher: fewer false tracks, later starts."""
    low_score: float = 0.1
    """Detections from here to `sure_score` may continue a track that was there one frame ago.
    Lower: tracks survive deeper occlusion, and drift more easily onto background."""
    overlap: float = 0.1
    """Least overlap of a prediction with a sure detection. Higher: fewer mix-ups, and more
    breaks at low frame rates."""
    low_overlap: float = 0.6
    """The same for detections below `sure_score`, where the position must make up for the score.
    Lower: fewer gaps, more drift."""
    birth_overlap: float = 0.2
    """The same between the first detections of a new track. Higher: fewer false tracks, and
    more objects missed at low frame rates."""
    confirm_s: float = 0.15
    """A track counts when it was seen in every analysed frame for this long, at least twice.
    Higher: fewer false tracks; brief appearances are lost."""
    lost_s: float = 3.0
    """How long a track that is not seen is looked for. Higher: longer occlusions are bridged,
    more often by somebody else."""
    weak_s: float = 4.0
    """How long detections below `sure_score` alone may carry a track; what they carried beyond
    the last sure one is then dropped. Higher: longer half-hidden stretches are kept, and tracks
    that slid onto background live longer. Points are held back for up to this time."""
    fill_s: float = 2.0
    """Gaps up to this length are filled by interpolation. Higher: fewer holes, less truth."""
    longest_step_s: float = 1.0
    """A longer pause between analysed frames counts as this much time: the motion gate pauses
    because nothing moves. Higher: tracks die in pauses and predictions run away."""
    acceleration: float = 0.7
    """How strongly objects change speed (heights per second, per root second). Higher: turns
    are followed at once; crossing objects swap more easily."""
    growth: float = 0.2
    """The same for changes of width and height."""
    noise: float = 0.1
    """How far detections of middling score are off (heights). Higher: smoother and slower."""
    direction_weight: float = 0.2
    """How much going on in the same direction counts beside overlap. Higher: crossings are kept
    apart better; sudden turns are lost."""
    direction_lag_s: float = 0.3
    """Direction is judged from where the track was about this long ago. Higher: less jitter,
    later turns."""
    look_weight: float = 0.3
    """How much looking the same counts beside overlap; 0 judges by place alone. Higher: who walks
    past whom is kept apart better; changing light breaks tracks."""
    usual_likeness: float = 0.9
    """Glances (`detection.glances`) of two people are about this much alike: counts for nothing."""
    look_renewal: float = 0.1
    """How far each sure sight moves the look of a track, 0 to 1. Higher: it follows light and pose,
    and forgets."""
    least_likeness: float = 0.86
    """A detection that looks less like the track than this does not continue it, unless it lies
    where it was expected (`sure_overlap`); 0: whatever it looks like. Higher: more breaks, which
    `detection.stitching` mends, and fewer mix-ups."""
    sure_overlap: float = 0.5
    """Least overlap of a prediction with a detection that looks strange. Higher: the same."""
    smoothing: float = 0.5
    """Share of the filtered box in the box given out, 0 to 1. Higher: calmer boxes that lag."""


# Each detector has its own idea of "sure"; a plug-in we do not know gets the defaults.
_BY_DETECTOR: Final = {
    "ssd-oidv4": TrackerOptions(sure_score=0.42, birth_score=0.47, low_score=0.2),
}


def options_for(detector: str) -> TrackerOptions:
    """The options that suit the scores of a detector; the defaults for one we do not know."""
    return _BY_DETECTOR.get(detector, TrackerOptions())


class Tracker(Protocol):
    """Joins detections of one source over time; frames come in presentation order.

    One member more than doors usually have: the indexer must be able to name, pause and resume
    whatever tracker it was given.
    """

    @property
    def busy(self) -> bool:
        """Something is being followed: analysis must not pause for long."""

    def options_as_dict(self) -> dict[str, float]:
        """What this tracker runs with, for provenance: plain values that JSON can hold."""

    def update(
        self, detections: Detections, time_ns: TimeNs, picture: Pixels | None = None
    ) -> TrackPoints:
        """Take one analysed frame; gives the points that became final with it (maybe none).

        `picture` is the BGR picture that the detections are of, for trackers that look at it;
        others leave it alone. It is valid during the call only. A recording comes with a picture
        for every frame or for none.

        A point is given once and never changed. Points of a frame may follow in a later call;
        within one call they are in order of step, then track. Ids count from 1 in the order in
        which tracks are confirmed. Time may advance unevenly (sampling, motion gate, variable
        rate) but always advances.
        """

    def finish(self) -> TrackPoints:
        """End of the source: gives all points still held back. No update may follow."""

    def state(self) -> bytes:
        """Everything needed to go on later as if nothing had happened between."""

    def restore(self, state: bytes) -> None:
        """Go on from where `state()` was taken by a tracker with the same options.

        Raises:
            StateUnusable: it was not; the tracker is as before.
        """


class OpenTracker(Protocol):
    """Makes a tracker for one source."""

    def __call__(self, options: TrackerOptions) -> Tracker: ...


TRACKERS: Registry[OpenTracker] = Registry(
    "workstation.trackers", {"byte": "detection.byte_tracker:ByteTracker"}
)


def open_tracker(name: str = "byte", options: TrackerOptions | None = None) -> Tracker:
    """A fresh tracker by its registered name.

    Raises:
        UserError: no tracker has this name, or the plug-in cannot be loaded.
    """
    return TRACKERS.load(name)(options or TrackerOptions())
