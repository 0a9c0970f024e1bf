"""Declares the commands of the layers of the map: `map add`, `map list` and the others."""

import argparse

from workstation.arguments import Commands, a_number, a_path, a_text, add_command, add_group

_PAIRS = '[{"image": [x,y], "lonlat": [lon,lat]}, ...]; two or more, five show which is wrong'


def declare_map(commands: Commands) -> None:
    """What the map is painted from."""
    group = add_group(commands, "map", "the layers of the map")
    add = add_command(
        group, "add", "commands.layers:add",
        "add a map on top: GeoJSON, MBTiles, PMTiles, or a site plan (PNG, JPEG) with --pairs",
    )  # fmt: skip
    add.add_argument("case", type=a_path, metavar="CASE")
    add.add_argument("file", type=a_path, metavar="FILE")
    add.add_argument("--name", type=a_text, metavar="N")
    add.add_argument("--pairs", type=a_path, metavar="F.json", help=f"where a plan lies: {_PAIRS}")
    add.add_argument("--hidden", action="store_true", help="add it without showing it")
    shown = add_command(group, "list", "commands.layers:show_all", "the layers, highest first")
    shown.add_argument("case", type=a_path, metavar="CASE")
    for name, text in (("show", "show layers"), ("hide", "hide layers; they stay in the case")):
        one = add_command(group, name, f"commands.layers:{name}", text)
        one.add_argument("case", type=a_path, metavar="CASE")
        one.add_argument("--layer", type=a_number, action="append", required=True, metavar="ID")
    order = _of_one(group, "order", "order", "lay a layer above or below others")
    where = order.add_mutually_exclusive_group(required=True)
    where.add_argument("--above", type=a_number, metavar="ID")
    where.add_argument("--below", type=a_number, metavar="ID")
    where.add_argument("--top", action="store_true")
    where.add_argument("--bottom", action="store_true")
    change = _of_one(group, "change", "change", "give a layer another name or opacity")
    change.add_argument("--name", type=a_text, metavar="N")
    change.add_argument("--opacity", type=float, metavar="0..1")
    lay = _of_one(group, "lay", "lay", "lay a site plan elsewhere")
    lay.add_argument("--pairs", type=a_path, required=True, metavar="F.json", help=_PAIRS)
    check = _of_one(
        group, "check", "check", "make sure that a tile file is the one that was added, by its hash"
    )
    check.add_argument("--file", type=a_path, metavar="FILE", help="where it is now")
    _of_one(group, "remove", "remove", "take a layer off the map")


def _of_one(group: Commands, name: str, function: str, text: str) -> argparse.ArgumentParser:
    made = add_command(group, name, f"commands.layers:{function}", text)
    made.add_argument("case", type=a_path, metavar="CASE")
    made.add_argument("--layer", type=a_number, required=True, metavar="ID")
    return made
