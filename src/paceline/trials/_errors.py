"""What is wrong with a user's task."""


class TaskError(ValueError):
    """A task that can't be trained, in words that name the cause and the way out."""
