"""What things cost together: the only place where an amount that is charged is calculated."""

from cartwheel.pricing.model import PricedLine, Totals, line_total, totals

__all__ = ["PricedLine", "Totals", "line_total", "totals"]
