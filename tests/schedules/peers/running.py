"""Runs a peer library's own scheduler: the learning rate of each update, from update 0 on.

A call is a Python expression over the public names of the library's schedule module. Where the
library schedules an optimizer, `SGD(lr)` makes one: PyTorch's, of one parameter. fastai's functions
take a share of the run, of which `HORIZON` updates are the whole; `learner(batches)` makes a real
fastai Learner with that many updates an epoch, whose fit says which rates it used.

Every library is imported when it is asked for.
"""

import importlib
import importlib.util
import sys
from typing import Any

HORIZON = 100


def rates_of(package: str, call: str, steps: int) -> list[float]:
    """Return the rates that the real library gives to updates 0 ... `steps` - 1."""
    rates = PEERS[package](call, steps)
    if len(rates) != steps:
        raise ValueError(f"{package} gave {len(rates)} rates where {steps} were wanted: {call}")
    return rates


def _sgd(lr: float) -> Any:
    import torch

    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)


def _public(module: Any) -> dict[str, Any]:
    names = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    return names | {"SGD": _sgd}


def _updates(scheduler: Any, steps: int) -> list[float]:
    """Return the rate before each update of a loop that steps the optimizer, then the scheduler."""
    optimizer = scheduler.optimizer
    rates = []
    for step in range(steps):
        if step:
            optimizer.step()
            scheduler.step()
        rates.append(float(optimizer.param_groups[0]["lr"]))
    return rates


def _torch(call: str, steps: int) -> list[float]:
    from torch.optim import lr_scheduler, swa_utils

    return _updates(eval(call, _public(lr_scheduler) | {"SWALR": swa_utils.SWALR}), steps)


def _transformers(call: str, steps: int) -> list[float]:
    from transformers import optimization

    return _updates(eval(call, _public(optimization)), steps)


def _timm(call: str, steps: int) -> list[float]:
    if "timm" not in sys.modules and importlib.util.find_spec("torchvision") is None:
        # timm's own __init__ imports torchvision for its models; its schedulers need none of it.
        spec = importlib.util.find_spec("timm")
        if spec is None:
            raise ModuleNotFoundError("No module named 'timm'", name="timm")
        sys.modules["timm"] = importlib.util.module_from_spec(spec)
    scheduler = eval(call, _public(importlib.import_module("timm.scheduler")))
    rates = []
    for step in range(steps):
        scheduler.step(step)
        rates.append(float(scheduler.optimizer.param_groups[0]["lr"]))
    return rates


def _fastai(call: str, steps: int) -> list[float]:
    import torch
    from fastai import basics
    from fastai.callback import progress, schedule

    learners = []

    def learner(batches: int) -> Any:
        loader = basics.DataLoader([(torch.zeros(1), torch.zeros(1))] * batches, bs=1)
        loaders = basics.DataLoaders(loader, loader)
        made = basics.Learner(loaders, torch.nn.Linear(1, 1), torch.nn.functional.mse_loss)
        made.remove_cb(progress.ProgressCallback)
        made.logger = basics.noop
        learners.append(made)
        return made

    result = eval(call, _public(schedule) | {"learner": learner})
    if learners:
        return [float(rate) for rate in learners[0].recorder.hps["lr"]]
    return [float(result(step / HORIZON)) for step in range(steps)]


def _tensorflow_addons(call: str, steps: int) -> list[float]:
    import tensorflow as tf
    from tensorflow_addons import optimizers

    # As a float, as Keras' legacy optimizers pass it: some of these schedules fail on an integer.
    schedule = eval(call, _public(optimizers))
    rates = [schedule(tf.constant(float(step))).numpy() for step in range(steps)]
    return [float(str(rate)) for rate in rates]  # the shortest decimal of a float32


PEERS = {
    "torch": _torch,
    "transformers": _transformers,
    "timm": _timm,
    "fastai": _fastai,
    "tensorflow_addons": _tensorflow_addons,
}
