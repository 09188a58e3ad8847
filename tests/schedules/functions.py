"""Functions that are registered with Keras, as a saved Lambda needs them."""

import keras


def _inverse(step, ops):
    return 0.1 / (1 + 0.01 * step)


# pytest imports this file twice, under two names; the function must stay the same
inverse = keras.saving.get_registered_object(
    "paceline_tests>inverse"
) or keras.saving.register_keras_serializable(package="paceline_tests", name="inverse")(_inverse)
