"""Accuracy against masks and exact truth."""

from vcfimg.evaluation.accuracy import Evaluation, evaluate, find_cases

__all__ = ["Evaluation", "evaluate", "find_cases"]
