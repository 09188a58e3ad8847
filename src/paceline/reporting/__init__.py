"""Results as one HTML file, as pictures and for TensorBoard."""

from paceline.reporting._folder_names import folder_names
from paceline.reporting._pictures import write_charts
from paceline.reporting._report import report
from paceline.reporting._tensorboard import check_tensorboard, write_tensorboard

__all__ = ["check_tensorboard", "folder_names", "report", "write_charts", "write_tensorboard"]
