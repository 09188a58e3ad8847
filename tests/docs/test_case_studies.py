"""The experiments of docs/case_studies: what they train can be trained, under every variant."""

import dataclasses
import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

import paceline

ROOT = Path(__file__).parents[2]
STUDIES = ROOT / "examples" / "case_studies"
DATA = ROOT.parent / "shared" / "data"

pytestmark = pytest.mark.slow


def study(name: str) -> ModuleType:
    """Return the script as a module; it finds its data beside the checkout, and writes here."""
    found = importlib.util.spec_from_file_location(name, STUDIES / f"{name}.py")
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def trained(task: Callable[[], paceline.Task], variants: dict) -> int:
    """Train a few samples under every variant; return how many trials came to a result."""
    whole = task()
    few = dataclasses.replace(
        whole,
        train=whole.train.take(slice(64)),
        validation=whole.validation.take(slice(16)),
        epochs=8,
    )
    result = paceline.compare(few, variants, seeds=1, progress=False)
    return sum(outcome.is_result for outcome in result.outcomes)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not DATA.is_dir():
        assert not os.environ.get("CI"), f"The case studies are tested on {DATA}; it is missing."
        pytest.skip(f"{DATA} is missing")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MNIST_10K", str(DATA / "mnist_10k.npz"))
    monkeypatch.setenv("TINYSHAKESPEARE", str(DATA / "tinyshakespeare.txt"))


def test_the_residual_network_trains_under_every_schedule() -> None:
    script = study("mnist_resnet")
    recipe = paceline.linear(peak=0.02)
    found = SimpleNamespace(start=0.01, baseline=SimpleNamespace(recipe=recipe))
    found.best = SimpleNamespace(recipe=paceline.wsd(peak=0.01))
    assert trained(script.task, script.schedules(found)) == 6
    seen, unseen = script.task(), script.task(final=True)
    assert seen.train.samples == 6000
    assert not (seen.validation.parts[0] == unseen.validation.parts[0]).all()


def test_the_transformer_trains_under_every_schedule() -> None:
    script = study("char_transformer")
    assert trained(script.task, script.schedules(1e-3)) == 7
    (x, y), (later, _) = script.windows()
    assert (x[:, 1:] == y[:, :-1]).all()
    assert (len(x), len(later), x.max()) == (38_400, 1024, 64)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_fine_tuning_starts_from_what_was_learnt_and_freezes_what_it_says() -> None:
    script = study("finetune_digits")
    script.FOLDER.mkdir(parents=True)
    base = script.blocks()
    base.save_weights(script.LEARNED)
    first = script.task().model().layers[0]
    assert all((a == b).all() for a, b in zip(base.get_weights(), first.get_weights(), strict=True))
    variants = {name: script.variant(name, 1e-3) for name in script.RATES}
    assert trained(script.task, variants) == 4
    optimizer = variants["frozen"].optimizer(0.1)
    optimizer.build(script.task().model().trainable_variables)
    rates = {row.path.split("/")[-2]: float(row.rate) for row in optimizer.table()}
    assert rates == {"block_1": 0.0, "block_2": 0.0, "block_3": 0.0, "head": 1.0}
