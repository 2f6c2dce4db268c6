"""The doors of the shop: thin, each hands over to the same services."""
