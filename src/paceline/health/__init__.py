"""What is wrong before, while and after a training, in words and with a remedy."""

from paceline.health._audit import audit
from paceline.health._check import check
from paceline.health._finding import Finding
from paceline.health._resume import resume

__all__ = ["Finding", "audit", "check", "resume"]
