"""How unlikely a count is: the exact tail of a Poisson count whose rate is itself uncertain."""

from collections.abc import Callable
from math import exp, lgamma, log, log1p

WINDOWS = (1, 3, 12)
"""Spans that are looked at, in buckets of five minutes: a sharp rise, a clear one, a slow one."""
BUCKETS_A_WEEK = 7 * 24 * 12
_NEGLIGIBLE = 1e-12
"""A term this small beside the sum ends it."""


def tail(count: int, mean: float, spread: float) -> float:
    """The chance of `count` or more where `mean` is expected.

    The rate is Gamma distributed around `mean` with relative variance `spread`, so that the count
    is negative binomial with shape 1/spread: the posterior predictive distribution of a Poisson
    count under a Gamma prior (Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.6). A
    spread of 0 gives the Poisson tail. Summed from `count` upwards, so tiny chances are exact.
    """
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    log_first, ratio = _first(count, mean, spread)
    total = term = 1.0
    at = count
    mode = mean  # the terms rise up to here, whatever the spread
    while at < mode or term > total * _NEGLIGIBLE:
        term *= ratio(at)
        total += term
        at += 1
    return min(1.0, exp(log_first + log(total)))


def _first(count: int, mean: float, spread: float) -> tuple[float, Callable[[int], float]]:
    """The log of the chance of exactly `count`, and the ratio of each next chance to the last."""
    if spread <= 0:
        first = count * log(mean) - mean - lgamma(count + 1)
        return first, lambda at: mean / (at + 1)
    shape = 1 / spread
    more = mean / (shape + mean)
    first = (
        lgamma(count + shape)
        - lgamma(shape)
        - lgamma(count + 1)
        - shape * log1p(mean / shape)
        + count * log(more)
    )
    return first, lambda at: (at + shape) / (at + 1) * more


def limit(per_week: float, components: int) -> float:
    """The chance below which a count is an alarm, so that `per_week` false ones are expected.

    Every component is tested once for every bucket and window. By the union bound (Bonferroni)
    the false alarms add up to no more than the sum of the chances, although windows overlap. To
    look while a bucket is still filling costs nothing: its count only grows, and what is expected
    is that of the whole bucket.
    """
    return per_week / (max(1, components) * len(WINDOWS) * BUCKETS_A_WEEK)
