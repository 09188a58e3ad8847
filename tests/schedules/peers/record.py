"""Records the learning rates of peer libraries' own schedulers, as JSON beside this script.

    python tests/schedules/peers/record.py [PACKAGE ...]

It imports the released packages, in an environment of its own (Python 3.11, outside this
repository, since TensorFlow Addons needs a TensorFlow from before Keras 3):

    python3.11 -m venv peers-venv
    peers-venv/bin/pip install "torch==2.13.0" "numpy<2" transformers \
        tensorflow-cpu==2.15.1 tensorflow-addons==0.23.0 "typeguard<3" fastcore fastdownload \
        fastprogress "plum-dispatch<2.10" cloudpickle matplotlib pandas pillow scikit-learn scipy
    peers-venv/bin/pip install --no-deps timm fastai fasttransform

Neither torchvision nor spaCy is needed, hence --no-deps. Element k of a row's rates is the rate of
update k, counted from 0: about 100 by the schedule's own measure, and 50 more where it goes on.
"""
# ruff: noqa: E501 - a call a line

import argparse
import json
from datetime import date
from importlib.metadata import version
from pathlib import Path

# package: {how many rates: calls}
CALLS = {
    "torch": {
        151: [
            "LambdaLR(SGD(0.1), lambda k: 0.95**k)",
            "LambdaLR(SGD(0.1), lambda k: 1 / (1 + 0.05 * k))",
            "MultiplicativeLR(SGD(0.1), lambda k: 0.95)",
            "MultiplicativeLR(SGD(0.1), lambda k: 0.9 if k < 50 else 1.0)",
            "StepLR(SGD(0.1), step_size=30, gamma=0.5)",
            "MultiStepLR(SGD(0.1), milestones=[30, 60, 90], gamma=0.1)",
            "MultiStepLR(SGD(0.1), milestones=[30, 60, 60], gamma=0.5)",
            "ConstantLR(SGD(0.1), factor=0.5, total_iters=20)",
            "LinearLR(SGD(0.1), start_factor=0.1, total_iters=20)",
            "LinearLR(SGD(0.1), start_factor=1.0, end_factor=0.0, total_iters=100)",
            "ExponentialLR(SGD(0.1), gamma=0.95)",
            "PolynomialLR(SGD(0.1), total_iters=100, power=1.0)",
            "PolynomialLR(SGD(0.1), total_iters=100, power=2.0)",
            "CosineAnnealingLR(SGD(0.1), T_max=100)",
            "CosineAnnealingLR(SGD(0.1), T_max=100, eta_min=0.01)",
            "CosineAnnealingWarmRestarts(SGD(0.1), T_0=50)",
            "CosineAnnealingWarmRestarts(SGD(0.1), T_0=50, eta_min=0.01)",
            "CosineAnnealingWarmRestarts(SGD(0.1), T_0=20, T_mult=2)",
            "CosineAnnealingWarmRestarts(SGD(0.1), T_0=20, T_mult=2, eta_min=0.01)",
            "CyclicLR(SGD(0.1), base_lr=0.01, max_lr=0.1, step_size_up=20, cycle_momentum=False)",
            "CyclicLR(SGD(0.1), base_lr=0.01, max_lr=0.1, step_size_up=20, step_size_down=30, cycle_momentum=False)",
            "CyclicLR(SGD(0.1), base_lr=0.01, max_lr=0.1, step_size_up=20, mode='triangular2', cycle_momentum=False)",
            "CyclicLR(SGD(0.1), base_lr=0.01, max_lr=0.1, step_size_up=20, step_size_down=30, mode='triangular2', cycle_momentum=False)",
            "CyclicLR(SGD(0.1), base_lr=0.01, max_lr=0.1, step_size_up=20, mode='exp_range', gamma=0.99, cycle_momentum=False)",
            "CyclicLR(SGD(0.1), base_lr=0.01, max_lr=0.1, step_size_up=20, step_size_down=30, mode='exp_range', gamma=0.99, cycle_momentum=False)",
            "SequentialLR(opt := SGD(0.1), [LinearLR(opt, start_factor=0.1, total_iters=20), CosineAnnealingLR(opt, T_max=80)], milestones=[20])",
            "SequentialLR(opt := SGD(0.1), [ConstantLR(opt, factor=0.5, total_iters=20), ExponentialLR(opt, gamma=0.95)], milestones=[20])",
            "SequentialLR(opt := SGD(0.1), [CosineAnnealingLR(opt, T_max=100), SWALR(opt, swa_lr=0.05, anneal_epochs=10)], milestones=[80])",
            "ChainedScheduler([ConstantLR(opt := SGD(0.1), factor=0.5, total_iters=20), ExponentialLR(opt, gamma=0.95)])",
            "ChainedScheduler([LinearLR(opt := SGD(0.1), start_factor=0.1, total_iters=20), MultiStepLR(opt, milestones=[50, 80], gamma=0.1)])",
            "SWALR(SGD(0.1), swa_lr=0.02, anneal_epochs=50)",
            "SWALR(SGD(0.1), swa_lr=0.02, anneal_epochs=50, anneal_strategy='linear')",
            "SWALR(SGD(0.02), swa_lr=0.1, anneal_epochs=50)",
            "SWALR(SGD(0.1), swa_lr=0.02, anneal_epochs=0)",
        ],
        101: [  # the last of them is past the end, and the next raises
            "OneCycleLR(SGD(0.1), max_lr=0.1, total_steps=100, cycle_momentum=False)",
            "OneCycleLR(SGD(0.1), max_lr=0.1, total_steps=100, anneal_strategy='linear', cycle_momentum=False)",
            "OneCycleLR(SGD(0.1), max_lr=0.1, total_steps=100, pct_start=0.4, div_factor=10.0, final_div_factor=100.0, cycle_momentum=False)",
            "OneCycleLR(SGD(0.1), max_lr=0.1, total_steps=100, three_phase=True, cycle_momentum=False)",
            "OneCycleLR(SGD(0.1), max_lr=0.1, total_steps=100, anneal_strategy='linear', three_phase=True, cycle_momentum=False)",
        ],
    },
    "transformers": {
        151: [
            "get_constant_schedule(SGD(0.1))",
            "get_constant_schedule_with_warmup(SGD(0.1), num_warmup_steps=10)",
            "get_linear_schedule_with_warmup(SGD(0.1), num_warmup_steps=10, num_training_steps=100)",
            "get_linear_schedule_with_warmup(SGD(0.1), num_warmup_steps=0, num_training_steps=100)",
            "get_cosine_schedule_with_warmup(SGD(0.1), num_warmup_steps=10, num_training_steps=100)",
            "get_cosine_schedule_with_warmup(SGD(0.1), num_warmup_steps=0, num_training_steps=100)",
            "get_cosine_schedule_with_warmup(SGD(0.1), num_warmup_steps=10, num_training_steps=100, num_cycles=1.5)",
            "get_cosine_with_hard_restarts_schedule_with_warmup(SGD(0.1), num_warmup_steps=10, num_training_steps=100)",
            "get_cosine_with_hard_restarts_schedule_with_warmup(SGD(0.1), num_warmup_steps=10, num_training_steps=100, num_cycles=3)",
            "get_polynomial_decay_schedule_with_warmup(SGD(0.1), num_warmup_steps=10, num_training_steps=100)",
            "get_polynomial_decay_schedule_with_warmup(SGD(0.1), num_warmup_steps=10, num_training_steps=100, lr_end=0.01, power=2.0)",
            "get_inverse_sqrt_schedule(SGD(0.1), num_warmup_steps=10)",
            "get_inverse_sqrt_schedule(SGD(0.1), num_warmup_steps=10, timescale=40)",
            "get_inverse_sqrt_schedule(SGD(0.1), num_warmup_steps=0)",
            "get_cosine_with_min_lr_schedule_with_warmup(SGD(0.1), num_warmup_steps=10, num_training_steps=100, min_lr=0.01)",
            "get_cosine_with_min_lr_schedule_with_warmup(SGD(0.1), num_warmup_steps=10, num_training_steps=100, num_cycles=1.5, min_lr_rate=0.2)",
            "get_cosine_with_min_lr_schedule_with_warmup_lr_rate(SGD(0.1), num_warmup_steps=10, num_training_steps=100, min_lr=0.01)",
            "get_cosine_with_min_lr_schedule_with_warmup_lr_rate(SGD(0.1), num_warmup_steps=10, num_training_steps=100, min_lr_rate=0.1, warmup_lr_rate=0.1)",
            "get_wsd_schedule(SGD(0.1), num_warmup_steps=10, num_decay_steps=20, num_training_steps=100)",
            "get_wsd_schedule(SGD(0.1), num_warmup_steps=10, num_decay_steps=20, num_training_steps=100, decay_type='linear')",
            "get_wsd_schedule(SGD(0.1), num_warmup_steps=10, num_decay_steps=20, num_training_steps=100, decay_type='1-sqrt')",
            "get_wsd_schedule(SGD(0.1), num_warmup_steps=10, num_decay_steps=20, num_training_steps=100, warmup_type='cosine', min_lr_ratio=0.1)",
            "get_wsd_schedule(SGD(0.1), num_warmup_steps=10, num_decay_steps=20, num_training_steps=100, warmup_type='1-sqrt', decay_type='1-sqrt', min_lr_ratio=0.1)",
            "get_wsd_schedule(SGD(0.1), num_warmup_steps=10, num_decay_steps=20, num_stable_steps=70, decay_type='linear', min_lr_ratio=0.1)",
            "get_wsd_schedule(SGD(0.1), num_warmup_steps=10, num_decay_steps=40, num_training_steps=100, num_cycles=1.5)",
        ],
    },
    "timm": {
        151: [
            "CosineLRScheduler(SGD(0.1), t_initial=100)",
            "CosineLRScheduler(SGD(0.1), t_initial=100, lr_min=1e-3)",
            "CosineLRScheduler(SGD(0.1), t_initial=50, cycle_limit=2, cycle_decay=0.5, lr_min=1e-3)",
            "CosineLRScheduler(SGD(0.1), t_initial=20, cycle_mul=2.0, cycle_limit=3)",
            "CosineLRScheduler(SGD(0.1), t_initial=20, cycle_mul=2.0, cycle_limit=2, cycle_decay=0.5, lr_min=1e-3)",
            "CosineLRScheduler(SGD(0.1), t_initial=100, k_decay=2.0)",
            "CosineLRScheduler(SGD(0.1), t_initial=100, k_decay=0.5, lr_min=1e-3)",
            "CosineLRScheduler(SGD(0.1), t_initial=100, warmup_t=10, warmup_lr_init=1e-3)",
            "CosineLRScheduler(SGD(0.1), t_initial=100, warmup_t=10, warmup_lr_init=1e-3, warmup_prefix=True)",
            "CosineLRScheduler(SGD(0.1), t_initial=100, warmup_t=10, warmup_lr_init=1e-3, warmup_prefix=True, k_decay=2.0)",
            "TanhLRScheduler(SGD(0.1), t_initial=100)",
            "TanhLRScheduler(SGD(0.1), t_initial=100, lb=-4.0, ub=4.0, lr_min=1e-3)",
            "TanhLRScheduler(SGD(0.1), t_initial=50, cycle_limit=2, cycle_decay=0.5)",
            "TanhLRScheduler(SGD(0.1), t_initial=20, cycle_mul=2.0, cycle_limit=3)",
            "TanhLRScheduler(SGD(0.1), t_initial=100, warmup_t=50, warmup_lr_init=1e-3)",
            "TanhLRScheduler(SGD(0.1), t_initial=100, warmup_t=10, warmup_lr_init=1e-3, warmup_prefix=True)",
            "StepLRScheduler(SGD(0.1), decay_t=30, decay_rate=0.5)",
            "StepLRScheduler(SGD(0.1), decay_t=30, decay_rate=0.5, warmup_t=10, warmup_lr_init=1e-3)",
            "StepLRScheduler(SGD(0.1), decay_t=30, decay_rate=0.5, warmup_t=10, warmup_lr_init=1e-3, warmup_prefix=False)",
            "MultiStepLRScheduler(SGD(0.1), decay_t=[30, 60, 90], decay_rate=0.1)",
            "MultiStepLRScheduler(SGD(0.1), decay_t=[30, 60, 90], decay_rate=0.1, warmup_t=10, warmup_lr_init=1e-3)",
            "MultiStepLRScheduler(SGD(0.1), decay_t=[30, 60, 90], decay_rate=0.1, warmup_t=10, warmup_lr_init=1e-3, warmup_prefix=False)",
            "PolyLRScheduler(SGD(0.1), t_initial=100)",
            "PolyLRScheduler(SGD(0.1), t_initial=100, power=2.0, lr_min=1e-3)",
            "PolyLRScheduler(SGD(0.1), t_initial=100, power=2.0, k_decay=2.0)",
            "PolyLRScheduler(SGD(0.1), t_initial=50, power=1.0, cycle_limit=2, cycle_decay=0.5)",
            "PolyLRScheduler(SGD(0.1), t_initial=100, power=2.0, warmup_t=10, warmup_lr_init=1e-3)",
            "PolyLRScheduler(SGD(0.1), t_initial=100, power=2.0, warmup_t=10, warmup_lr_init=1e-3, warmup_prefix=True)",
            "WSDLRScheduler(SGD(0.1), t_initial=90, decay_t=20, warmup_t=10, warmup_lr_init=1e-3)",
            "WSDLRScheduler(SGD(0.1), t_initial=90, decay_t=20, warmup_t=10, lr_min=1e-3, decay_fn='linear')",
            "WSDLRScheduler(SGD(0.1), t_initial=90, decay_t=20, warmup_t=10, lr_min=1e-3, decay_fn='cosine')",
            "WSDLRScheduler(SGD(0.1), t_initial=90, decay_t=20, warmup_t=10, decay_fn='power', decay_power=2.0)",
            "WSDLRScheduler(SGD(0.1), t_initial=90, decay_t=20, warmup_t=10, decay_fn='exp', decay_ratio=0.1)",
            "WSDLRScheduler(SGD(0.1), t_initial=90, decay_t=20, warmup_t=10, stable_fn='rsqrt', decay_fn='linear')",
        ],
    },
    "fastai": {
        101: [  # functions of a share of the run, here k/100
            "SchedLin(0.1, 0.0)",
            "SchedCos(0.1, 0.0)",
            "SchedNo(0.1, 0.0)",
            "SchedExp(0.1, 0.001)",
            "SchedPoly(0.1, 0.0, 2)",
            "SchedPoly(0.1, 0.0, 0.5)",
            "combine_scheds([0.25, 0.75], [SchedLin(0.01, 0.1), SchedCos(0.1, 0.0)])",
            "combine_scheds([0.25, 0.5, 0.25], [SchedLin(0.01, 0.1), SchedNo(0.1, 0.1), SchedExp(0.1, 0.001)])",
            "combined_cos(0.25, 0.004, 0.1, 1e-6)",
            "combined_cos(0.75, 0.1, 0.1, 1e-6)",
        ],
        100: [
            "learner(100).fit_one_cycle(1, lr_max=0.1)",
            "learner(100).fit_one_cycle(1, lr_max=0.1, div=10.0, div_final=100.0, pct_start=0.4)",
            "learner(100).fit_flat_cos(1, lr=0.1)",
            "learner(100).fit_flat_cos(1, lr=0.1, div_final=100.0, pct_start=0.5)",
        ],
        140: ["learner(20).fit_sgdr(3, 1, lr_max=0.1)"],
        80: ["learner(20).fit_sgdr(2, 1, lr_max=0.1, cycle_mult=3)"],
    },
    "tensorflow_addons": {
        151: [
            "CyclicalLearningRate(0.01, 0.1, step_size=20, scale_fn=lambda x: 1.0)",
            "CyclicalLearningRate(0.01, 0.1, step_size=20, scale_fn=lambda x: 0.5 ** (x - 1))",
            "CyclicalLearningRate(0.01, 0.1, step_size=20, scale_fn=lambda x: 0.99**x, scale_mode='iterations')",
            "TriangularCyclicalLearningRate(0.01, 0.1, step_size=20)",
            "Triangular2CyclicalLearningRate(0.01, 0.1, step_size=20)",
            "ExponentialCyclicalLearningRate(0.01, 0.1, step_size=20, gamma=0.99)",
            "ExponentialCyclicalLearningRate(0.01, 0.1, step_size=20, scale_mode='cycle', gamma=0.9)",
        ],
    },
}


def record(package: str) -> None:
    """Write the rates of each call of one package into its JSON file, a row a line."""
    from running import rates_of  # beside this script

    rows = [
        json.dumps({"call": call, "rates": rates_of(package, call, steps)}, separators=(",", ":"))
        for steps, calls in CALLS[package].items()
        for call in calls
    ]
    head = {
        "package": package,
        "version": version(package).partition("+")[0],
        "recorded": date.today().isoformat(),
        "command": f"python tests/schedules/peers/record.py {package}",
    }
    text = json.dumps(head)[:-1] + ', "rows": [\n' + ",\n".join(rows) + "\n]}\n"
    Path(__file__).with_name(f"{package}.json").write_text(text)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="*", default=list(CALLS), help=", ".join(CALLS))
    for package in parser.parse_args().packages:
        record(package)
