"""Files that leave the office: disclosure control first, then every format a planner works with."""

from nahraum.publish.bundle import PublishBundle, Released
from nahraum.publish.release import GEOGRAPHIES, release
from nahraum.publish.write import write_all

__all__ = ["GEOGRAPHIES", "PublishBundle", "Released", "release", "write_all"]
