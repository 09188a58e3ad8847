"""How long do the rates of a million steps take, five segments, against stepping PyTorch's?

The peer is `torch.optim.lr_scheduler.SequentialLR` over the same five segments of equal length,
one `step()` for each rate.
"""

import argparse
import time
import warnings

import numpy as np
from _measure import finish, interleaved, row

from paceline.schedules import Chain, Constant, Cosine, Exponential, Linear, Polynomial

STEPS = 1_000_000


def ours(steps: int) -> Chain:
    fifth = steps // 5
    return Chain(
        parts=(
            Linear(start=1e-4, end=1e-2, steps=fifth),
            Constant(rate=1e-2, steps=fifth),
            Cosine(start=1e-2, end=5e-3, steps=fifth),
            Exponential(start=5e-3, factor=0.5, every=fifth, steps=fifth),
            Polynomial(start=2.5e-3, end=0.0, steps=fifth, power=2.0),
        )
    )


def seconds_of_pytorch(steps: int) -> float:
    """Return the seconds that `steps` steps of PyTorch's SequentialLR take."""
    import torch
    from torch.optim import lr_scheduler as own

    fifth = steps // 5
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1e-2)
    schedule = own.SequentialLR(
        optimizer,
        [
            own.LinearLR(optimizer, start_factor=0.01, total_iters=fifth),
            own.ConstantLR(optimizer, factor=1.0, total_iters=fifth),
            own.CosineAnnealingLR(optimizer, T_max=fifth, eta_min=5e-3),
            own.ExponentialLR(optimizer, gamma=0.5 ** (1 / fifth)),
            own.PolynomialLR(optimizer, total_iters=fifth, power=2.0),
        ],
        milestones=[fifth * number for number in range(1, 5)],
    )
    optimizer.step()
    begin = time.perf_counter()
    for _ in range(steps):
        schedule.step()
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="step PyTorch's 20 times less")
    quick = parser.parse_args().quick
    schedule, steps = ours(STEPS), np.arange(STEPS)
    taken = interleaved({"ours": lambda: schedule(steps)}, rounds=20)["ours"]
    milliseconds = float(np.median(taken)) * 1e3
    rows = [
        row(
            f"schedule(np.arange({STEPS:_})), five segments",
            ours=milliseconds,
            peer=None,
            ratio=None,
            bar=100,
            holds=milliseconds <= 100,
            unit="ms, at most the bar",
        )
    ]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shorter = 20 if quick else 1
            peer = seconds_of_pytorch(STEPS // shorter) * shorter * 1e3
    except ModuleNotFoundError:
        print(
            "PyTorch's SequentialLR: left out, torch is not installed (pip install torch==2.13.0)"
        )
        finish(rows)
    if quick:
        print(f"PyTorch: {STEPS // shorter:_} steps of a schedule that long, times {shorter}")
    rows.append(
        row(
            "PyTorch's SequentialLR takes this many times longer",
            ours=milliseconds,
            peer=peer,
            ratio=peer / milliseconds,
            bar=50,
            holds=peer / milliseconds >= 50,
            unit="ms, at least the bar",
        )
    )
    finish(rows)


if __name__ == "__main__":
    main()
