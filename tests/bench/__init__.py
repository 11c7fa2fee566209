"""Benchmarks: every figure of the bars, measured as a ratio or against its bound in one run."""
