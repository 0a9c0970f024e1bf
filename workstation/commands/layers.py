"""`map`: the layers that the map is painted from."""

import argparse
from dataclasses import replace

from casefiles.case import Case
from casefiles.edit_kinds import ChangeLayer, RemoveLayer
from casefiles.errors import BadMap
from casefiles.exchange.pair_files import read_pairs
from casefiles.map_types import MapLayer, rank_at
from casefiles.usecases.map_layers import (
    add_layer,
    find_again,
    layer_of,
    read_layers,
    tile_path,
)
from casefiles.usecases.site_plan import FoundPlan, find_plan
from resources.errors import UserError
from workstation.commands.access import opened
from workstation.output import print_json, print_text, run_job


def add(options: argparse.Namespace) -> int:
    """Adds a map file on top of the others."""
    given = None if options.pairs is None else read_pairs(options.pairs)
    with opened(options) as case:
        job = add_layer(
            case, options.file, name=options.name, given=given, shown=not options.hidden
        )
        layer, found = run_job(job, "add")
    _tell(options, layer, found, "added")
    return 0


def show_all(options: argparse.Namespace) -> int:
    """Lists the layers, highest first."""
    with opened(options) as case:
        layers = read_layers(case)[::-1]
    if options.json:
        print_json([_document(layer) for layer in layers])
        return 0
    for layer in layers:
        print_text(_line(layer))
        problem = _problem(layer)
        if problem is not None:
            print_text(f"      {problem.message}. {problem.hint}")
    return 0


def show(options: argparse.Namespace) -> int:
    """Shows layers."""
    return _set_shown(options, shown=True)


def hide(options: argparse.Namespace) -> int:
    """Hides layers."""
    return _set_shown(options, shown=False)


def order(options: argparse.Namespace) -> int:
    """Lays a layer elsewhere among the others."""
    with opened(options) as case:
        layer = layer_of(case, options.layer)
        layers = read_layers(case)
        others = [one.layer_id for one in layers if one.layer_id != layer.layer_id]
        place = 0 if options.bottom else len(others)
        for other, step in ((options.above, 1), (options.below, 0)):
            if other is None:
                continue
            if other == layer.layer_id:
                raise BadMap(f"layer {other} cannot lie above or below itself", "Name another.")
            place = others.index(layer_of(case, other).layer_id) + step
        _change(case, replace(layer, rank=rank_at(layers, layer.layer_id, place)))
        layer = layer_of(case, options.layer)
    _tell(options, layer, None, "moved")
    return 0


def change(options: argparse.Namespace) -> int:
    """Gives a layer another name or opacity."""
    if options.name is None and options.opacity is None:
        raise UserError("nothing to change", "Give --name or --opacity.")
    with opened(options) as case:
        layer = layer_of(case, options.layer)
        _change(
            case,
            replace(
                layer,
                name=layer.name if options.name is None else options.name,
                opacity=layer.opacity if options.opacity is None else options.opacity,
            ),
        )
        layer = layer_of(case, options.layer)
    _tell(options, layer, None, "changed")
    return 0


def lay(options: argparse.Namespace) -> int:
    """Lays a site plan elsewhere."""
    given = read_pairs(options.pairs)
    with opened(options) as case:
        layer = layer_of(case, options.layer)
        if layer.plan is None:
            raise BadMap(f"layer {layer.layer_id} is no site plan", "'map list' shows which are.")
        found = find_plan(layer.plan.picture_sha256, layer.plan.size, given)
        _change(case, replace(layer, plan=found.plan))
        layer = layer_of(case, options.layer)
    _tell(options, layer, found, "laid")
    return 0


def check(options: argparse.Namespace) -> int:
    """Makes sure that a tile file is the one that was added."""
    with opened(options) as case:
        edit = run_job(find_again(layer_of(case, options.layer), options.file), "check")
        _change(case, edit.layer)
        layer = layer_of(case, options.layer)
    _tell(options, layer, None, "is the file that was added")
    return 0


def remove(options: argparse.Namespace) -> int:
    """Takes a layer off the map."""
    with opened(options) as case:
        layer = layer_of(case, options.layer)
        case.post(lambda: RemoveLayer(layer.layer_id)).result()
    _tell(options, layer, None, "removed")
    return 0


def _set_shown(options: argparse.Namespace, *, shown: bool) -> int:
    with opened(options) as case:
        layers = [layer_of(case, layer_id) for layer_id in dict.fromkeys(options.layer)]
        for layer in layers:
            _change(case, replace(layer, shown=shown))
        layers = [layer_of(case, layer.layer_id) for layer in layers]
    if options.json:
        print_json([_document(layer) for layer in layers])
    else:
        for layer in layers:
            print_text(_line(layer))
    return 0


def _change(case: Case, layer: MapLayer) -> None:
    case.post(lambda: ChangeLayer(layer)).result()


def _tell(options: argparse.Namespace, layer: MapLayer, found: FoundPlan | None, word: str) -> None:
    if options.json:
        print_json(_document(layer) | _fit_document(found))
        return
    print_text(f"{_line(layer)} · {word}")
    if found is None:
        return
    fit = found.fit
    for at in range(len(fit.used)):
        by_others = fit.left_out_m[at]
        print_text(
            f"  pair {at + 1}: {fit.residual_m[at]:.2f} m off"
            f"{'' if by_others != by_others else f' · by the others {by_others:.2f} m'}"
            f"{'' if fit.used[at] else ' · WRONG, left out'}"
            f"{' · the worst' if at == fit.worst else ''}"
        )
    for note in found.notes:
        print_text(f"  {note}")


def _problem(layer: MapLayer) -> BadMap | None:
    try:
        if layer.kind == "tiles":
            tile_path(layer)
    except BadMap as error:
        return error
    return None


def _document(layer: MapLayer) -> dict[str, object]:
    problem = _problem(layer)
    made: dict[str, object] = {
        "id": layer.layer_id,
        "kind": layer.kind,
        "name": layer.name,
        "shown": layer.shown,
        "opacity": layer.opacity,
        "problem": None if problem is None else problem.message,
    }
    if layer.tiles is not None:
        made |= {
            "file": str(layer.tiles.path),
            "sha256": layer.tiles.sha256,
            "size_bytes": layer.tiles.size,
        }
    if layer.plan is not None:
        made |= {
            "sha256": layer.plan.picture_sha256,
            "size": list(layer.plan.size),
            "corners": layer.plan.corners().tolist(),
            "pairs": len(layer.plan.pairs),
            "outliers": [at + 1 for at in layer.plan.outliers],
            "error_m": layer.plan.error_m,
        }
    return made


def _fit_document(found: FoundPlan | None) -> dict[str, object]:
    if found is None:
        return {}
    fit = found.fit
    return {
        "metres_per_pixel": fit.metres_per_pixel,
        "noise_m": fit.noise_m,
        "worst": None if fit.worst is None else fit.worst + 1,
        "residuals": [
            {
                "pair": at + 1,
                "used": bool(fit.used[at]),
                "off_m": round(float(fit.residual_m[at]), 4),
                "left_out_m": None
                if fit.left_out_m[at] != fit.left_out_m[at]
                else round(float(fit.left_out_m[at]), 4),
            }
            for at in range(len(fit.used))
        ],
        "notes": list(found.notes),
    }


def _line(layer: MapLayer) -> str:
    seen = f"shown, {layer.opacity:.0%}" if layer.shown else "hidden"
    wrong = ""
    if layer.plan is not None:
        plan = layer.plan
        error = "its error is not known" if plan.error_m is None else f"error {plan.error_m:.2f} m"
        wrong = f" · {len(plan.pairs)} pairs, {len(plan.outliers)} of them wrong · {error}"
    return f"{layer.layer_id:3} {layer.kind:9} {seen:12} {layer.name}{wrong}"
