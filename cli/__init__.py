"""The command line: parse, read the clock, call one function of the layers below, print."""
