"""Is the coordinate reference system of a file usable, and do the coordinates belong to it?"""

from __future__ import annotations

import numpy as np
import pyproj

from nahraum.errors import InputError

_OLD_DATUMS = ("Deutsches_Hauptdreiecksnetz", "Deutsches Hauptdreiecksnetz", "DHDN", "Potsdam", "Pulkovo", "Rauenberg")
# A CRS is good somewhat beyond its zone (UTM 32 is used for all of Germany), not on another continent.
_BEYOND_ZONE_DEGREES = 8.0
_GAUSS_KRUEGER = {zone: f"EPSG:{31464 + zone}" for zone in (2, 3, 4, 5)}
_UTM_ZONE_IN_FRONT = {32: "EPSG:4647", 33: "EPSG:5650"}
_NORTHINGS = (5.2e6, 6.2e6)  # of Germany in UTM and Gauß-Krüger [m]
_FIX_CRS = 'say which one it is, e.g. crs = "EPSG:25832"'


def usable_crs(given: str | None, found: object, called: str, *, accept_datum_shift: bool) -> tuple[pyproj.CRS, bool]:
    """The CRS of a file, the study's word before the file's, and whether it rests on an old datum.

    Raises
        InputError where there is none, where it is no reference system on Earth, and for DHDN/Gauß-Krüger and
        the like: the grid for an exact transformation is not at hand, so that places move by metres unnoticed.
    """
    if given is None and found is None:
        raise InputError(f"{called} does not say its coordinate reference system", expected="a CRS", fix=_FIX_CRS)
    try:
        crs = pyproj.CRS.from_user_input(given if given is not None else found)
    except pyproj.exceptions.CRSError as error:
        raise InputError(f"crs = {given!r} is not known", where=str(error)[:200], fix=_FIX_CRS) from None
    if not (crs.is_geographic or crs.is_projected) or crs.geodetic_crs is None or "ndefined" in crs.name:
        raise InputError(f"{called} has no usable coordinate reference system: {crs.name}", fix=_FIX_CRS)
    datum = crs.geodetic_crs.datum
    names = (crs.geodetic_crs.name, datum.name if datum else "", crs.name)
    old = any(word in name for word in _OLD_DATUMS for name in names)
    if old and not accept_datum_shift:
        raise InputError(
            f"{called} uses an old datum: {crs.name}",
            where="the grid for an exact transformation (BeTA2007) is not at hand; places would move by some metres",
            expected="ETRS89/UTM, e.g. EPSG:25832",
            fix="transform the file in your GIS, or add accept_datum_shift = true",
        )
    return crs, old


def require_on_earth(crs: pyproj.CRS, bounds: tuple[float, float, float, float], called: str) -> None:
    """Raise InputError where coordinates cannot belong to their CRS (lon/lat beyond 180/90, another continent)."""
    west, south, east, north = bounds
    to_lonlat = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    lon, lat = to_lonlat.transform([west, east, (west + east) / 2], [south, north, (south + north) / 2])
    good = bool(np.isfinite([*lon, *lat]).all() and np.abs(lon).max() <= 180 and np.abs(lat).max() <= 90)
    if good and crs.is_geographic:
        good = west >= -360 and east <= 360 and south >= -90 and north <= 90
    if good and crs.is_projected and (area := crs.area_of_use) is not None:
        gap = _BEYOND_ZONE_DEGREES
        good = area.west - gap <= lon[2] <= area.east + gap and area.south - gap <= lat[2] <= area.north + gap
    if not good:
        raise InputError(
            f"{called}: the coordinates do not belong to {crs.name}",
            where=f"they reach from {_plain(west)}, {_plain(south)} to {_plain(east)}, {_plain(north)}",
            expected=_expected(crs),
            fix=_meant_crs(bounds),
        )


def _plain(value: float) -> str:
    """A coordinate as it stands in a file: degrees with decimals, metres without."""
    return f"{value:.5f}" if abs(value) < 1000 else f"{value:.0f}"


def _expected(crs: pyproj.CRS) -> str:
    if crs.is_geographic:
        return "degrees: longitude from -180 to 180, latitude from -90 to 90"
    if crs.utm_zone:
        return "metres: six digits before the decimal point for x, seven for y"
    return f"coordinates of {crs.name}" + (f" ({crs.area_of_use.name})" if crs.area_of_use else "")


def _meant_crs(bounds: tuple[float, float, float, float]) -> str:
    """Which CRS coordinates look like: Gauß-Krüger and UTM with the zone in front of x, degrees, axes swapped."""
    west, south, east, north = bounds
    if _in_germany(south, north):
        zone = int(west // 1e6)
        if zone in _GAUSS_KRUEGER and int(east // 1e6) == zone:
            return (
                f"x begins with {west / 1e6:.2f} million: that is Gauß-Krüger zone {zone}, crs = "
                f'"{_GAUSS_KRUEGER[zone]}" with accept_datum_shift = true (some metres), or transform it in your GIS'
            )
        if zone in _UTM_ZONE_IN_FRONT and int(east // 1e6) == zone:
            return f'x begins with the zone {zone}: crs = "{_UTM_ZONE_IN_FRONT[zone]}"'
    if _in_germany(west, east):
        return "x looks like a northing: x and y are swapped"
    if max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90:
        return 'these are degrees: crs = "EPSG:4326", or map them to lon and lat'
    return _FIX_CRS


def _in_germany(low: float, high: float) -> bool:
    return _NORTHINGS[0] <= low <= high <= _NORTHINGS[1]
