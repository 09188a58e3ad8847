"""What is wrong before, while and after a training, in words and with a remedy."""

from paceline.health._audit import audit
from paceline.health._check import check
from paceline.health._curves import Curves
from paceline.health._diagnose import diagnose
from paceline.health._finding import Finding
from paceline.health._read import read_curves
from paceline.health._resume import resume

__all__ = ["Curves", "Finding", "audit", "check", "diagnose", "read_curves", "resume"]
