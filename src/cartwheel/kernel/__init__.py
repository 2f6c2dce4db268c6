"""Money, ids, time, pages and errors: what every other package stands on. No I/O, no framework."""
