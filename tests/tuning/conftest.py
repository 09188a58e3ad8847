"""What the tests of the store have, and those of searches need too."""

from execution.conftest import mortal

__all__ = ["mortal"]
