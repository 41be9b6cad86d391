"""What the values of Storm are in Python, and what can be done with them: conversions, operators, methods.

Plain Python where it can be: None, bool, int, float, str, bytes, list, tuple, dict; `containers` for what is left. Knows the
surface and the errors of Storm, and of its runtime only that one can warn it.
"""
