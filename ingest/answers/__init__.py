"""Answers that a model writes from passages of stored papers, each sentence checked before anybody sees it."""
