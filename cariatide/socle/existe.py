"""EXISTS of a statement compiled once, correlated by one column of the query it stands in.

Django builds a subquery again each time it is used: on a page that scopes fifteen tables by the
same links, that was half of its processor time. The statement is still Django's; only its text is
kept, under table names of its own so that no query around it can take them.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connections
from django.db.models import BooleanField, Expression, F, QuerySet

ALIAS = "compile"


def compile_lignes(rows: QuerySet[Any], using: str = "default") -> tuple[str, tuple[Any, ...]]:
    """The statement `SELECT 1 FROM … WHERE …` of these rows, its tables named compile0, compile1…

    Its first table is `compile0`, always: that is where the correlation goes.
    """
    query = rows.query.exists(limit=False)
    noms = {alias: f"{ALIAS}{rang}" for rang, alias in enumerate(query.alias_map)}
    query.alias_prefix = ALIAS
    query.change_aliases(noms)
    sql, params = query.get_compiler(connection=connections[using]).as_sql()
    return sql, tuple(params)


class ExisteCompile(Expression):
    """`EXISTS(statement AND compile0.colonne = champ)`, champ being of the query around.

    statement: from `compile_lignes`, with its parameters; colonne: a column of its first table.
    """

    conditional = True
    output_field = BooleanField()

    def __init__(self, sql: str, params: Sequence[Any], colonne: str, champ: str) -> None:
        super().__init__()
        self.sql, self.params, self.colonne = sql, tuple(params), colonne
        self.champ: Any = F(champ)

    def get_source_expressions(self) -> list[Any]:
        return [self.champ]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self.champ,) = exprs

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, tuple[Any, ...]]:
        champ, champ_params = compiler.compile(self.champ)
        quoted = connection.ops.quote_name
        colonne = f"{quoted(ALIAS + '0')}.{quoted(self.colonne)}"
        return f"EXISTS({self.sql} AND {colonne} = {champ})", (*self.params, *champ_params)
