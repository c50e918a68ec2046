"""Five checked sections of a paper, written by a model or quoted from it."""
