"""How right the product's numbers are: each module evaluates one of them, ``__main__`` all.

A module here has one function ``evaluate(data: Data) -> dict[str, Any]`` that returns what goes
into the report under the module's name. What does not belong here: how fast anything is.
"""
