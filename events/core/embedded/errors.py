"""What can go wrong with servers of our own, each with the step that helps."""


class EmbeddedError(Exception):
    """An embedded server cannot be had here; the words say why and what helps."""


class Taken(EmbeddedError):
    """Somebody else runs on this directory."""
