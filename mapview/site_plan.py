"""Where a site plan lies in the plane of the map."""

import numpy as np
from numpy.typing import NDArray

from casefiles.map_types import SitePlan
from mapview.projection import to_mercator


def plan_to_world(plan: SitePlan) -> NDArray[np.float64]:
    """`(3, 3)`: pixels (x, y, 1) of its picture → Web Mercator metres (x, y, 1).

    Affine, as the plan is: over the few kilometres of one, Mercator bends less than a pixel.
    """
    width, height = plan.size
    begin, right, _, below = to_mercator(plan.corners())
    return np.vstack(
        [np.column_stack([(right - begin) / width, (below - begin) / height, begin]), [0, 0, 1]]
    )
