"""What is wrong with a query, and where: the one exception that leaves this package."""

from ..text import CUT, Span

# A name or a pattern of the query may stand in a message, whatever its length.
MESSAGE_CHARACTERS = 400


class NqlError(Exception):
    """A query that cannot be read, planned or run to its end.

    mesg: a sentence; span: the place in the query that it speaks of (after macros were replaced).
    The text of the exception is the sentence with line and column, then the line, then a line with carets.
    """

    def __init__(self, mesg: str, span: Span) -> None:
        if len(mesg) > MESSAGE_CHARACTERS:
            mesg = mesg[:MESSAGE_CHARACTERS] + CUT
        super().__init__(mesg, span)
        self.mesg = mesg
        self.span = span

    def __str__(self) -> str:
        return f"line {self.span.line}, column {self.span.column}: {self.mesg}\n{self.span.pointed()}"
