"""Stacks only compose. Their order is in ``infra.app``; each knows those before it."""
