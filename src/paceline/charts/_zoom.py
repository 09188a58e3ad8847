"""Zoom and pan."""

import altair as alt


def zoom() -> alt.Parameter:
    """Return the selection that zooms and pans the axis of updates.

    Ctrl or Cmd and the wheel zoom, as does pinching on a touchpad; a plain wheel scrolls the page,
    and so does a finger. The mouse drags; a double click shows the whole again. Charts that share
    it move together.
    """
    return alt.selection_interval(
        name="zoom",
        encodings=["x"],
        bind="scales",
        zoom="wheel![event.ctrlKey || event.metaKey]",
        translate="[pointerdown[event.pointerType === 'mouse'], window:pointerup]"
        " > window:pointermove!",
        clear="dblclick",
    )
