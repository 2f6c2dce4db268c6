"""One capability each; the stacks put them together."""
