"""What a traced program may draw at random: only what a trial can set back to its start."""

from collections.abc import Callable
from typing import Any

from keras.src.backend.common import global_state

from paceline.trials._errors import TaskError

_GLOBAL = "global_seed_generator"

_STATEFUL = {
    "Multinomial",
    "ParameterizedTruncatedNormal",
    "RandomGamma",
    "RandomPoissonV2",
    "RandomShuffle",
    "RandomStandardNormal",
    "RandomUniform",
    "RandomUniformInt",
    "TruncatedNormal",
}
"""TensorFlow's operations with a random state that nobody can assign."""


def traced_without_chance(trace: Callable[[], Any]) -> None:
    """Trace a TensorFlow program that draws by the model's own seed generators alone.

    Their state is assigned at the start of a trial. JAX refuses the rest by itself.

    Raises:
        TaskError: a program that would go on drawing where the trial before it ended.
    """
    global_state.set_global_attribute(_GLOBAL, None)
    graph = trace().graph.as_graph_def()
    nodes = [*graph.node, *(node for item in graph.library.function for node in item.node_def)]
    found = sorted({node.op for node in nodes} & _STATEFUL)
    if global_state.get_global_attribute(_GLOBAL) is not None:
        found.append("keras.random without a seed")
    if found:
        raise TaskError(
            f"The model draws random numbers that belong to no seed generator ({found[0]}), so "
            "that a trial could not be repeated. Make a keras.random.SeedGenerator in the layer "
            'and pass it as seed, or take loop="fit".'
        )
