"""The versions of the shop's schema by number. Made by ``revise`` and never changed afterwards."""
