"""What leaves the office of a plan: cost and financing overview, measure sheets, chapter, indicators, layers."""

from nahraum.publish.programme.assemble import plan_document
from nahraum.publish.programme.model import FORMAT, FORMAT_VERSION, PlanDocument, read_plan
from nahraum.publish.programme.released import released_plan
from nahraum.publish.programme.write import write_plan

__all__ = ["FORMAT", "FORMAT_VERSION", "PlanDocument", "plan_document", "read_plan", "released_plan", "write_plan"]
