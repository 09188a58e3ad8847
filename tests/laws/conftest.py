"""How many examples a law is tried on: HYPOTHESIS_PROFILE=nightly for many."""

import os

from hypothesis import HealthCheck, settings

SLOW_DATA = [HealthCheck.too_slow]

settings.register_profile(
    "ordinary", max_examples=200, deadline=None, suppress_health_check=SLOW_DATA
)
settings.register_profile(
    "nightly", max_examples=5000, deadline=None, suppress_health_check=SLOW_DATA
)
settings.register_profile("short", max_examples=25, deadline=None, suppress_health_check=SLOW_DATA)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ordinary"))
