import numpy as np
import pandas as pd
import pytest

from nahraum.indicators.internet import internet_offer_share, lacks_internet


def test_internet_offer_share_is_that_of_the_cell() -> None:
    cells = pd.DataFrame({"cell_key": [1, 2], "internet_offer_share": [0.75, np.nan]})
    found = internet_offer_share(cells, pd.Series([2, 1, 1]))
    assert found.tolist() == pytest.approx([np.nan, 0.75, 0.75], nan_ok=True)


def test_lacks_internet_keeps_its_share_and_its_gaps() -> None:
    found = lacks_internet(pd.Series([1.0, 0.75, 0.0, np.nan]))
    assert found.tolist() == pytest.approx([0.0, 0.25, 1.0, np.nan], nan_ok=True)
