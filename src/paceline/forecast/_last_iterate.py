"""The bound on the last iterate of SGD under any rates, as two numbers."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]

_AT_ONCE = 2048  # updates whose sums stay in the cache


def two_sums(rates: Numbers, squares: Numbers) -> tuple[float, float]:
    """Return S1 and S2, such that the bound is D^2/(2*c*S1) + c*S2/2 for the rates times c.

    With r the rates and q the `squares` r^2*G^2, both [T] and indexed from 1, T the last whose rate
    is above 0, and R_k = r_k + ... + r_T, Q_k = q_k + ... + q_T:

        S1 = R_1,    S2 = Q_1/R_1 + (sum over k < T of r_k*Q_k / (R_(k+1)*R_k)).

    Without a rate above 0 both are 0. The sums run from the end, where a decay has its smallest
    rates, so that no digit is lost.

    Source: Defazio et al., "When, Why and How Much?", 2023, theorem 10, for one (D, G) and any
    rates; Schaipp et al., "The Surprising Agreement Between Convex Optimization Theory and
    Learning-Rate Scheduling for Large Model Training", 2025, theorem 1.
    """
    if not rates[-1]:
        last = np.flatnonzero(rates)[-1:]
        if not len(last):
            return 0.0, 0.0
        rates, squares = rates[: last[0] + 1], squares[: last[0] + 1]
    area = energy = noise = 0.0
    with np.errstate(over="ignore"):  # rates below 1e-300 of the peak: infinite is what it is
        for end in range(len(rates), 0, -_AT_ONCE):
            part = slice(max(end - _AT_ONCE, 0), end)
            rate, square = rates[part][::-1], squares[part][::-1]
            ahead = rate.cumsum() + area
            energies = square.cumsum() + energy
            if area > 0:
                noise += float(rate[0] / area * energies[0] / ahead[0])
            shares = energies[1:] / ahead[1:]
            noise += float(np.dot(rate[1:] / ahead[:-1], shares))
            area, energy = float(ahead[-1]), float(energies[-1])
    return area, energy / area + noise
