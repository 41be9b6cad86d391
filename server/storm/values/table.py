"""The kinds of values that need no runtime: which Python type is what in Storm. Others register theirs beside these."""

from ..surface import Kind
from . import bytes as byte_strings
from . import dicts, lists, numbers, sets, text
from .containers import Number, StormDict, StormList, StormSet
from .registry import KINDS, register

A_TEXT = "A text."
A_LIST = "A list of values, which can change."
A_DICT = "Values by keys, which can change."
A_NUMBER = "A number with a fraction."

OWN = (
    Kind("str", "Str", str, A_TEXT, text.METHODS),
    Kind("bytes", "Bytes", bytes, "A string of bytes.", byte_strings.METHODS),
    Kind("boolean", "Bool", bool, "True or false."),
    Kind("number", "Number", Number, A_NUMBER, numbers.METHODS),
    Kind("number", "Number", float, A_NUMBER, numbers.METHODS),
    Kind("list", "List", StormList, A_LIST, lists.METHODS, deref=lists.item, set_item=lists.set_item),
    Kind("list", "List", list, A_LIST, lists.METHODS, deref=lists.item, set_item=lists.set_item),
    Kind("list", "List", tuple, A_LIST, lists.METHODS, deref=lists.item, set_item=lists.set_item),
    Kind("dict", "Dict", StormDict, A_DICT, deref=dicts.item, set_item=dicts.set_item, iterate=dicts.pairs),
    Kind("dict", "Dict", dict, A_DICT, deref=dicts.item, set_item=dicts.set_item, iterate=dicts.pairs),
    Kind("set", "Set", StormSet, "Values of which each stands once.", sets.METHODS),
)

register(*OWN)

__all__ = ["KINDS", "OWN"]
