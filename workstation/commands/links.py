"""`links`: ways between cameras: which follows which, how far it is and how long it takes."""

import argparse
from collections.abc import Sequence

from casefiles import audit
from casefiles.case import Case
from casefiles.errors import BadLink
from casefiles.subject_types import LinkRule, LinkRuleId, MarkLinkRules, SetLinkRules
from casefiles.types import CameraId
from casefiles.usecases.learn_links import LearnedLink, learn_links
from casefiles.usecases.topology import Link, Where, read_topology
from casefiles.usecases.view_case import view_case
from casefiles.view_types import CaseView
from mapview.read_roads import read_roads
from workstation.commands.access import opened
from workstation.commands.places import a_moment
from workstation.output import print_json, print_text, run_job, say


def show(options: argparse.Namespace) -> int:
    """Lists ways, and what people said of ways."""
    at_ns = a_moment(options.at)
    with opened(options) as case:
        starts: list[Where] = []
        if options.camera is not None:
            starts.append(case.camera(options.camera).camera_id)
        view = view_case(case)
        topology = read_topology(case, run_job(read_roads(case), "reading streets"))
        if not starts:
            starts += [one.camera_id for one in view.cameras]
            starts += [one.source_id for one in view.sources if one.camera_id is None]
        found = [topology.links_from(one, options.kind, at_ns)[: options.limit] for one in starts]
        facts = {"cameras": len(starts), "links": sum(map(len, found))}
        case.record(audit.Entry("links.show", "done", facts=dict(facts)))
    for note in topology.notes:
        say(f"note: {note}")
    closed = [one for one in view.link_rules if one.closed and one.kind in (None, options.kind)]
    closed = [one for one in closed if options.camera in (None, one.from_camera)]
    if options.json:
        print_json({
            "kind": options.kind,
            "links": [_document(one) for links in found for one in links],
            "closed": [{"from": one.from_camera, "to": one.to_camera} for one in closed],
            "notes": list(topology.notes),
        })  # fmt: skip
        return 0
    if not any(found):
        print_text("there are no two cameras: import some, or give recordings cameras")
    for links in found:
        for link in links:
            through = ", ".join(_name(view, one) for one in link.through[:3])
            past = "" if link.direct else f", past {through}"
            print_text(f"{_name(view, link.start)} -> {_name(view, link.end)}: {link.words}{past}")
    for one in closed:
        print_text(f"{_name(view, one.from_camera)} -> {_name(view, one.to_camera)}: closed")
    return 0


def put(options: argparse.Namespace) -> int:
    """Says how long a way takes."""
    if options.typical is None and options.least is None and options.most is None:
        raise BadLink("nothing is said of the way", "Give --typical, --least or --most seconds.")
    return _say(options, closed=False)


def close(options: argparse.Namespace) -> int:
    """Says that there is no way."""
    options.typical = options.least = options.most = None
    return _say(options, closed=True)


def reopen(options: argparse.Namespace) -> int:
    """Takes back what was said of a way."""
    with opened(options) as case:
        ways = _ways(case, options)
        said: Sequence[LinkRuleId] = [
            one.rule_id
            for one in view_case(case).link_rules
            if (one.from_camera, one.to_camera) in ways and one.kind == options.kind
        ]
        if not said:
            raise BadLink(
                f"nothing was said of the way from {options.start} to {options.end}",
                "Look at 'links list'; --kind must be as it was said.",
            )
        case.post(lambda: MarkLinkRules(tuple(said))).result()
    if options.json:
        print_json({"taken_back": list(said)})
    else:
        print_text(f"taken back: what was said of {_told(options)}")
    return 0


def learn(options: argparse.Namespace) -> int:
    """Tells what the traffic shows."""
    with opened(options) as case:
        roads = run_job(read_roads(case), "reading streets")
        job = learn_links(
            case, roads, kind=options.kind, longest_s=float(options.longest), seed=options.seed
        )
        found = run_job(job, "learning")
        rules = found.rules()
        if options.keep and rules:
            case.post(lambda: SetLinkRules(rules)).result()
        view = view_case(case)
    for note in found.notes:
        say(f"note: {note}")
    kept = len(rules) if options.keep else 0
    if options.json:
        print_json({
            "kind": options.kind, "tried": found.tried, "kept": kept, "notes": list(found.notes),
            "links": [_learned(one) for one in found.links],
        })  # fmt: skip
        return 0
    for one in found.links:
        print_text(f"{_name(view, one.start)} -> {_name(view, one.end)}: {one.words}")
    print_text(f"{found.tried} pairs of cameras tried, {len(found.links)} ways found, {kept} kept")
    return 0


def _say(options: argparse.Namespace, *, closed: bool) -> int:
    with opened(options) as case:
        rules = tuple(
            LinkRule(
                start, end, closed, options.kind, options.typical, options.least, options.most,
                options.note or "",
            )
            for start, end in _ways(case, options)
        )  # fmt: skip
        done = case.post(lambda: SetLinkRules(rules)).result()
    assert isinstance(done, MarkLinkRules)
    if options.json:
        print_json({"rules": list(done.taken), "closed": closed})
    else:
        print_text(f"{'closed' if closed else 'set'}: {_told(options)}")
    return 0


def _ways(case: Case, options: argparse.Namespace) -> tuple[tuple[CameraId, CameraId], ...]:
    start, end = (case.camera(one).camera_id for one in (options.start, options.end))
    return ((start, end), (end, start)) if options.both else ((start, end),)


def _told(options: argparse.Namespace) -> str:
    back = " and back" if options.both else ""
    return f"the way from {options.start} to {options.end}{back}"


def _name(view: CaseView, where: Where) -> str:
    if isinstance(where, int):
        source = view.source(where)
        return f"recording {where}" if source is None else source.path.name
    camera = view.camera(where)
    return where if camera is None else camera.name


def _document(link: Link) -> dict[str, object]:
    low, high = link.travel.window(0.8)
    return {
        "from": link.start,
        "to": link.end,
        "metres": None if link.metres is None else round(link.metres, 1),
        "along_streets": link.along_streets,
        "basis": link.basis,
        "typical_s": round(link.travel.median_s, 1),
        "usual_s": [round(low, 1), round(high, 1)],
        "least_s": round(link.travel.least_s, 1),
        "overlaps": link.overlaps,
        "seen": link.seen,
        "direct": link.direct,
        "through": list(link.through),
        "words": link.words,
    }


def _learned(one: LearnedLink) -> dict[str, object]:
    return {
        "from": one.start,
        "to": one.end,
        "between_s": [one.from_s, one.to_s],
        "typical_s": round(one.travel.median_s, 1),
        "tracks": one.tracks,
        "by_chance": round(one.expected, 2),
        "chance": one.chance,
        "exit_side": one.exit_side,
        "entry_side": one.entry_side,
        "words": one.words,
    }
