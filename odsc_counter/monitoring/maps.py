"""The maps of the 18 provinces and of the districts of each, as shapes that a page can draw.

Boundaries: National Geographic Department of Lao PDR and OCHA ROAP, via geoBoundaries
(Runfola et al. 2020), CC BY 3.0 IGO, simplified. The page shows this beside the map.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
MIDDLE_LATITUDE = 18.2
HEIGHT = 620
"""The map's height in drawing units; its width follows."""


@dataclass(frozen=True)
class Shape:
    """One province or district: its code and its outline as the path data of an SVG."""

    code: str
    outline: str


@dataclass(frozen=True)
class Map:
    """All shapes within a frame of `width` by `height`."""

    width: int
    height: int
    shapes: tuple[Shape, ...]


def province_map() -> Map:
    """The provinces, projected so that a kilometre is as long east-west as north-south."""
    return _map("lao_provinces.geojson", "")


def district_map(province: str) -> Map:
    """The districts of the province with this code, projected like the provinces."""
    return _map("lao_districts.geojson", province)


@cache
def _map(name: str, above: str) -> Map:
    features = [
        feature
        for feature in json.loads((DATA / name).read_text(encoding="utf-8"))["features"]
        if feature["properties"]["code"].startswith(above)
    ]
    if not features:
        return Map(0, 0, ())
    squeeze = math.cos(math.radians(MIDDLE_LATITUDE))
    points = [point for feature in features for ring in _rings(feature) for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    scale = HEIGHT / (north - south)

    def path(ring: list[tuple[float, float]]) -> str:
        corners = (
            f"{(x - west) * squeeze * scale:.1f},{(north - y) * scale:.1f}" for x, y in ring[:-1]
        )
        return f"M{'L'.join(corners)}Z"

    shapes = tuple(
        Shape(feature["properties"]["code"], "".join(path(ring) for ring in _rings(feature)))
        for feature in features
    )
    return Map(math.ceil((east - west) * squeeze * scale), HEIGHT, shapes)


def _rings(feature: dict[str, dict[str, object]]) -> Iterator[list[tuple[float, float]]]:
    """Every ring of a polygon or of several polygons."""
    geometry = feature["geometry"]
    coordinates = geometry["coordinates"]
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    for polygon in polygons:  # type: ignore[attr-defined]  # lists, by the GeoJSON standard
        yield from polygon
