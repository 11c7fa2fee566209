"""Look-ups whose SQL is compiled once: for the few pages where building the statement costs more than running it."""

from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

M = TypeVar("M", bound=Model)


class Lookup(Generic[M]):
    """`queryset.get(field=value)` without compiling again; the queryset may follow foreign keys by select_related.

    Django compiles a queryset anew each time it runs: for five joined tables about a millisecond of processor
    time, several times what PostgreSQL needs to answer. The statement is kept for each connection, as each
    belongs to one thread.
    """

    def __init__(self, queryset: QuerySet[M], field: str) -> None:
        self._queryset = queryset
        self._field = field
        self._compiled: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def first(self, value: object) -> M | None:
        """The row whose field has the value, with its related rows; None when there is none."""
        connection: Any = connections[DEFAULT_DB_ALIAS]
        compiler, sql = self._statement(connection)
        field: Any = self._queryset.model._meta.get_field(self._field)
        statement = (sql, [field.get_db_prep_value(value, connection)])
        compiler.as_sql = lambda *_args, **_kwargs: statement
        rows: Any = self._queryset.all()
        rows.query.get_compiler = lambda *_args, **_kwargs: compiler
        return next(iter(ModelIterable(rows)), None)

    def _statement(self, connection: Any) -> tuple[Any, str]:
        """The compiler after its one compilation, and what it made; Django reads the columns from it."""
        if connection not in self._compiled:
            query = self._queryset.filter(**{self._field: ""}).order_by().query
            compiler = query.get_compiler(connection=connection)
            sql, parameters = compiler.as_sql()
            if len(parameters) != 1:
                message = f"{self._queryset.model.__name__}: one value is looked up, not {len(parameters)}"
                raise ValueError(message)
            self._compiled[connection] = (compiler, sql)
        found: tuple[Any, str] = self._compiled[connection]
        return found
