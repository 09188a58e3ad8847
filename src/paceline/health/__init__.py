"""What is wrong before, while and after a training, in words and with a remedy."""

from paceline.health._check import check
from paceline.health._finding import Finding

__all__ = ["Finding", "check"]
