"""Camera lists and maps that are wrong, by what is wrong with them."""

from collections.abc import Mapping
from typing import Final

GOOD_HEAD: Final = "id,name,lat,lon\n"
CAMERAS: Final[Mapping[str, tuple[str, bytes, str]]] = {
    "empty": ("empty.csv", b"", "no camera"),
    "heading only": ("heading.csv", GOOD_HEAD.encode(), "no camera"),
    "no such columns": ("columns.csv", b"when,where\n1,2\n", "no column id"),
    "half a row": ("short.csv", f"{GOOD_HEAD}a,A,1\n".encode(), "line 2"),
    "too long a row": ("long.csv", f"{GOOD_HEAD}a,A,1,2,3,4\n".encode(), "line 2"),
    "no number": ("number.csv", f"{GOOD_HEAD}a,A,north,2\n".encode(), "north"),
    "off the earth": ("earth.csv", f"{GOOD_HEAD}a,A,91,2\n".encode(), "91"),
    "not UTF-8": ("latin.csv", GOOD_HEAD.encode() + "a,Café,1,2\n".encode("latin-1"), "UTF-8"),
    "a picture": ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "UTF-8"),
    "torn JSON": ("torn.json", b'{"type": "FeatureCollection", "features": [', "GeoJSON"),
    "other JSON": ("other.json", b'[1, 2, 3]', "GeoJSON"),
    "torn KML": ("torn.kml", b"<kml><Placemark>", "XML"),
    "entities": (
        "bomb.kml", b'<!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>', "entities",
    ),
    "no place": ("bare.kml", b'<kml xmlns="http://www.opengis.net/kml/2.2"/>', "no camera"),
}  # fmt: skip
"""By name: the file, its bytes, and a word that the message must hold."""
MAPS: Final[Mapping[str, tuple[str, bytes, str]]] = {
    "torn": ("torn.geojson", b'{"type": "FeatureCollection", "features": [', "JSON"),
    "no collection": ("point.geojson", b'{"type": "Point", "coordinates": [1, 2]}', "Collection"),
    "no features": ("none.geojson", b'{"type": "FeatureCollection", "features": []}', "features"),
    "off the earth": (
        "mars.geojson",
        b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, '
        b'"geometry": {"type": "LineString", "coordinates": [[500, 2], [1, 2]]}}]}',
        "feature 0",
    ),
}
"""The same for maps."""
ZONES: Final[Mapping[str, tuple[str, str]]] = {
    "no JSON": ("[[0,0],[1", "JSON"),
    "no list": ("7", "polygon"),
    "two corners": ("[[0,0],[9,9]]", "three corners"),
    "no numbers": ('[["a",0],[9,0],[9,9]]', "corner"),
    "infinite": ("[[0,0],[1e999,0],[9,9]]", "pair of numbers"),
    "flat": ("[[0,0],[5,5],[9,9]]", "area"),
}
"""By name: what is given as corners, and a word that the message must hold."""
