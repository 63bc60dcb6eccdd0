"""The checker: proves or refutes what a pathway promises, over every combination of states and facts.

Layer `pathways`, so pure. Nothing here decides what follows from a history: each example it gives was played
through `follow`, and what the engine does not show is not told as refuted.
"""
