"""A copy of a TensorFlow data set, so that reading it moves nothing of the user's own."""

import itertools
from typing import Any

_SHUFFLES = ("ShuffleDatasetV3", "ShuffleAndRepeatDatasetV2")
_copies = itertools.count()


def fresh(dataset: Any) -> Any:
    """Return a data set of the same graph whose shuffles begin anew.

    A data set that shuffles counts its epochs, whoever reads them. The count is a resource, which
    the copy of a graph shares by its name; under another name it has one of its own.
    """
    import tensorflow as tf
    from tensorflow.python.data.ops import dataset_ops

    graph = tf.compat.v1.GraphDef()
    graph.ParseFromString(dataset._as_serialized_graph(strip_device_assignment=True).numpy())
    copy = next(_copies)
    nodes = {node.name: node for node in graph.node}
    for node in graph.node:
        if node.op in _SHUFFLES:
            for name in node.input:
                source = nodes.get(name.split(":")[0])
                if source is None or source.op != "Const":
                    continue
                for handle in source.attr["value"].tensor.resource_handle_val:
                    handle.name = f"paceline_{copy}_{node.name}"
    variant = tf.raw_ops.DatasetFromGraph(graph_def=graph.SerializeToString())
    return dataset_ops._VariantDataset(variant, dataset.element_spec)
