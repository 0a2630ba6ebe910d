"""The street beside a site: two measures of one type in a quarter are told apart by it."""

from __future__ import annotations

import numpy as np
import shapely

from nahraum.area.space import points_of, way_lines
from nahraum.measures.model import Floats
from nahraum.measures.sites.setting import Setting


def streets_near(x_m: Floats, y_m: Floats, setting: Setting) -> list[str]:
    """The nearest named street of each point, "" where none is within `sites.street.called_m`.

    Notes
        Of streets that are equally near the first by name.
    """
    runs, lines = way_lines(setting.ground.osm, setting.area.crs)
    names = runs["name"].to_numpy(dtype=object)
    order = np.lexsort((runs["part"], runs["way_id"], names.astype(str)))
    order = order[names[order] != ""]
    found = np.full(len(x_m), len(order), dtype=np.int64)
    if len(order) and len(x_m):
        near = shapely.STRtree(lines[order]).query_nearest(
            points_of(x_m, y_m), max_distance=setting.number("street.called_m"), all_matches=True
        )
        np.minimum.at(found, near[0], near[1])
    told = [*names[order].tolist(), ""]
    return [str(told[at]) for at in found.tolist()]
