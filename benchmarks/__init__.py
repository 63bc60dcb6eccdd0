"""What is fast, measured against its limit in the same run; run by hand, never in the test run."""
