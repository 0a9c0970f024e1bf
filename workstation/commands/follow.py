"""`follow`: who may be a subject, camera by camera and in which order to look."""

import argparse
from collections import Counter
from collections.abc import Collection
from functools import partial

from casefiles.case import Case
from casefiles.jobs import Job
from casefiles.queries.filters import Query
from casefiles.subject_types import SubjectId
from casefiles.types import CameraId
from casefiles.usecases.follow import follow as candidates
from casefiles.usecases.follow_types import (
    CameraCandidates,
    Candidate,
    FollowAnswer,
    TimeWindow,
)
from casefiles.usecases.index_source import index_sources
from casefiles.usecases.index_work import IndexOptions
from casefiles.usecases.journey_files import utc
from casefiles.usecases.likeness import embedder_of, made_by
from casefiles.usecases.search_scope import searched
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from detection.appearance import DEFAULT_EMBEDDER
from resources.errors import UserError
from video.clock import NS_PER_S, format_media, format_wall_in, zone_of
from workstation.commands.access import opened
from workstation.commands.journey import roads_of
from workstation.commands.places import a_moment
from workstation.commands.search import coverage_document
from workstation.output import print_json, print_text, run_job, say


def follow(options: argparse.Namespace) -> int:
    """Tells who may be the subject; with `--index` after analysing what was not."""
    from_ns, to_ns = a_moment(options.from_time), a_moment(options.to_time)
    if from_ns is not None and to_ns is not None and to_ns <= from_ns:
        raise UserError("--to does not come after --from", "Nothing could be found.")
    with opened(options) as case:
        cameras = [case.camera(one).camera_id for one in options.camera] or None
        roads = roads_of(case)

        def asked() -> Job[FollowAnswer]:
            return candidates(
                case, SubjectId(options.subject), roads=roads, limit=options.limit,
                gate=not options.no_time_gate, cameras=cameras, from_ns=from_ns, to_ns=to_ns,
            )  # fmt: skip

        found = run_job(asked(), "comparing")
        if options.index and _analysed(case, found, cameras):
            found = run_job(asked(), "comparing")
        view = view_case(case)
        policy = case.policy
    if options.json:
        print_json({"policy": policy, **answer_document(found)})
    else:
        _tell(view, found)
    return 0


def _analysed(case: Case, found: FollowAnswer, cameras: Collection[CameraId] | None) -> bool:
    """Analyses the footage of the windows that was not, as the rest of the case was; whether there
    was any."""
    wanted = [
        one.source_id for one in found.to_analyse if cameras is None or one.camera_id in cameras
    ]
    ids = list(dict.fromkeys(wanted))
    if not ids:
        say("workstation: all footage of when it can have been there was analysed")
        return False
    about = case.read(partial(searched, query=Query("")))
    made = Counter(filter(None, (embedder_of(made_by(run)) for run in about.runs.values())))
    embedder = made.most_common(1)[0][0] if made else DEFAULT_EMBEDDER
    # The nearest come first: they are given to the first free processes.
    reports = run_job(index_sources(case, ids, IndexOptions(appearance=embedder)), "indexing")
    for report in reports:
        if report.problem is not None:
            say(f"workstation: {report.problem}")
    return True


def answer_document(found: FollowAnswer) -> dict[str, object]:
    """An answer as the command line prints it."""
    return {
        "subject": {"id": found.subject.subject_id, "name": found.subject.name,
                    "kind": found.subject.kind, "mode": found.subject.mode},
        "gate": found.gate,
        "confirmed": [one.track_id for one in found.sightings if one.verdict == "confirmed"],
        "rejected": [one.track_id for one in found.sightings if one.verdict == "rejected"],
        "queue": [_candidate(one) for one in found.queue],
        "cameras": [_camera(one) for one in found.cameras],
        "to_analyse": [
            {"source": one.source_id, "camera": one.camera_id, "from": _utc(one.from_ns),
             "to": _utc(one.to_ns), "chance": round(one.chance, 4)}
            for one in found.to_analyse
        ],
        "notes": list(found.notes),
        "coverage": coverage_document(found.coverage),
    }  # fmt: skip


def _camera(one: CameraCandidates) -> dict[str, object]:
    return {
        "camera": one.camera_id,
        "name": one.name,
        "chance": round(one.chance, 4),
        "windows": [_window(window) for window in one.windows],
        "analysed": None if one.analysed is None else round(one.analysed, 3),
        "absences": [
            {"from": _utc(gone.from_ns), "to": _utc(gone.to_ns), "how": gone.how}
            for gone in one.absences
        ],
        "total": one.total,
        "candidates": [
            {"rank": rank, **_candidate(candidate)}
            for rank, candidate in enumerate(one.candidates, 1)
        ],
    }


def _window(window: TimeWindow) -> dict[str, object]:
    ends = {"from": window.from_ns, "likely": window.likely_ns, "to": window.to_ns}
    return {name: _utc(at) for name, at in ends.items()}


def _candidate(one: Candidate) -> dict[str, object]:
    return {
        "track": one.track.track_id,
        "source": one.track.source_id,
        "camera": one.camera_id,
        "from": _utc(one.from_wall_ns),
        "to": _utc(one.to_wall_ns),
        "uncertainty_s": one.uncertainty_s,
        "from_s": one.track.from_ns / NS_PER_S,
        "to_s": one.track.to_ns / NS_PER_S,
        "score": round(one.score, 4),
        "side": one.side,
        "neighbour": one.neighbour,
        "metres": None if one.metres is None else round(one.metres, 1),
        "impossible": one.impossible,
        "why": list(one.why),
        "parts": [
            {"name": part.name, "value": round(part.value, 3), "says": part.words}
            for part in one.parts
        ],
    }


def _tell(view: CaseView, found: FollowAnswer) -> None:
    for one in found.queue:
        when = _wall(view, one.from_wall_ns)
        if when is None:
            when = f"{format_media(one.track.from_ns)} of the recording"
        where = one.camera_id or f"source {one.track.source_id}"
        print_text(f"{one.track.track_id} · {where} · {when} · {'; '.join(one.why)}")
    shown, total = len(found.queue), sum(one.total for one in found.cameras)
    told = [f"{shown} of {total} candidates shown; each is a lead until a person confirms it"]
    if found.to_analyse:
        seconds = sum(one.to_ns - one.from_ns for one in found.to_analyse) / NS_PER_S
        cameras = len({one.camera_id or one.source_id for one in found.to_analyse})
        told.append(
            f"{seconds / 60:.0f} min on {cameras} cameras were not analysed when it can have been "
            "there: --index analyses them first"
        )
    print_text(" · ".join([*told, *found.notes]))


def _wall(view: CaseView, wall_ns: int | None) -> str | None:
    return None if wall_ns is None else format_wall_in(wall_ns, zone_of(view.zone_name))


def _utc(wall_ns: int | None) -> str | None:
    return None if wall_ns is None else utc(wall_ns)
