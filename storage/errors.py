"""What can go wrong below the vendors. Plain classes; each vendor's errors.py says what they become in HTTP."""


class StorageError(Exception):
    """Anything that the storage refuses; the message is one clear sentence."""


class NotFound(StorageError):
    """What was named does not exist."""


class Conflict(StorageError):
    """What was to be made exists already, or is in use."""


class Outdated(StorageError):
    """What somebody relied on has changed meanwhile: to be done again on what is there now."""


class Closed(StorageError):
    """The database was closed while it was asked: its world was reset or dropped, or the server stops."""
