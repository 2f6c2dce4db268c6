"""What was seen, searched, put into carts and bought, in sums by hour, day and month.

Nothing that a visitor does is kept by itself. A visit is known for a day by a random id that the browser
makes up; neither addresses of the network nor users are noted, and who asks not to be tracked is not counted.
"""

from cartwheel.analytics.counting import Counting, Glance
from cartwheel.analytics.model import Calendar
from cartwheel.analytics.service import Analytics
from cartwheel.analytics.tables import TABLES

__all__ = ["TABLES", "Analytics", "Calendar", "Counting", "Glance"]
