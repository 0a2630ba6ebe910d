"""What leaves the office of a trial: the paper, the tables, the plan of the evaluation."""

from nahraum.publish.pilots.write import Trial, write_pilots

__all__ = ["Trial", "write_pilots"]
