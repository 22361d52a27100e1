"""Quasi-Poisson regression by iterated weighted least squares."""

from dataclasses import dataclass
from typing import Any

import numpy as np

ROUNDS = 60
CLOSE = 1e-10


@dataclass(frozen=True)
class Fit:
    """`dispersion` is Pearson's, not below what the data say; `covariance` without it."""

    coefficients: Any
    covariance: Any
    means: Any
    leverages: Any
    dispersion: float
    freedom: int


def fit(design: Any, counts: Any, *, weights: Any = None, offset: Any = 0.0) -> Fit:
    """Mean = exp(design @ coefficients + offset). `weights` are prior weights of the rows."""
    w = np.ones(len(counts)) if weights is None else weights
    mean = counts + 0.1
    before, eta = np.inf, np.log(mean)
    for _ in range(ROUNDS):
        working = eta - offset + (counts - mean) / mean
        root = np.sqrt(w * mean)
        b, *_ = np.linalg.lstsq(design * root[:, None], working * root, rcond=None)
        eta = design @ b + offset
        mean = np.exp(np.clip(eta, -30, 30))
        now = _deviance(counts, mean, w)
        if abs(now - before) < CLOSE * (abs(now) + 0.1):
            break
        before = now
    scaled = design * np.sqrt(w * mean)[:, None]
    covariance = np.linalg.pinv(scaled.T @ scaled)
    leverages = np.einsum("ij,jk,ik->i", scaled, covariance, scaled)
    freedom = int((w > 0).sum() - np.linalg.matrix_rank(scaled))
    pearson = float((w * (counts - mean) ** 2 / mean).sum())
    return Fit(b, covariance, mean, leverages, pearson / max(1, freedom), freedom)


def _deviance(counts: Any, mean: Any, weights: Any) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(counts > 0, counts * np.log(counts / mean), 0.0)
    return float(2 * (weights * (part - (counts - mean))).sum())
