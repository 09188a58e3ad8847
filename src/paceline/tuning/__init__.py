"""The best schedule within a budget: space, search over short horizons, confirmation."""
