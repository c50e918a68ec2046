"""What people can ask for by name: one function and one row of the table each. A front knows none of them.

Owns: the names that others use.
Does not own: the wire (fronts), what comes before and after a command (respond), the answers (answer, digest, pages).
"""

from bot.commands.base import Call, Row
from bot.commands.table import ROWS, TABLE, asks_rank, known, menu, read

__all__ = ["ROWS", "TABLE", "Call", "Row", "asks_rank", "known", "menu", "read"]
