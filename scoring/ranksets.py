"""Confidence sets for ranks: simultaneous, marginal, the τ best and worst, and for multinomial counts."""


import numpy as np
from numpy.typing import NDArray

_SMALL = 64
_NOISE = 1e-13
_SLAB = 2_000_000
Places = NDArray[np.int64]
