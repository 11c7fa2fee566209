"""Statements whose SQL is compiled once: for the few pages where building them costs more than running them.

Django compiles a queryset anew each time it runs: for five joined tables about a millisecond of processor time,
several times what PostgreSQL needs to answer. A statement is kept for each connection, as each belongs to one
thread.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql import InsertQuery, UpdateQuery

M = TypeVar("M", bound=Model)
T = TypeVar("T")


class _Kept(Generic[T]):
    """What was made for a connection, made again only for another."""

    def __init__(self) -> None:
        self._by_connection: WeakKeyDictionary[Any, T] = WeakKeyDictionary()

    def of(self, connection: Any, make: Callable[[Any], T]) -> T:
        if connection not in self._by_connection:
            self._by_connection[connection] = make(connection)
        return self._by_connection[connection]


class Lookup(Generic[M]):
    """`queryset.get(field=value)`; the queryset may follow foreign keys by select_related and leave out columns."""

    def __init__(self, queryset: QuerySet[M], field: str) -> None:
        self._queryset = queryset
        self._field = field
        self._kept: _Kept[tuple[Any, str]] = _Kept()

    def first(self, value: object) -> M | None:
        """The row whose field has the value, with its related rows; None when there is none."""
        connection: Any = connections[DEFAULT_DB_ALIAS]
        compiler, sql = self._kept.of(connection, self._compile)
        field: Any = self._queryset.model._meta.get_field(self._field)
        statement = (sql, [field.get_db_prep_value(value, connection)])
        compiler.as_sql = lambda *_args, **_kwargs: statement
        rows: Any = self._queryset.all()
        rows.query.get_compiler = lambda *_args, **_kwargs: compiler
        return next(iter(ModelIterable(rows)), None)

    def _compile(self, connection: Any) -> tuple[Any, str]:
        """The compiler after its one compilation, and what it made; Django reads the columns from it."""
        query = self._queryset.filter(**{self._field: ""}).order_by().query
        compiler = query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        if len(parameters) != 1:
            message = f"{self._queryset.model.__name__}: one value is looked up, not {len(parameters)}"
            raise ValueError(message)
        return compiler, sql


class Insert(Generic[M]):
    """`instance.save(force_insert=True)` for a model whose key is set before; no signal is sent."""

    def __init__(self, model: type[M]) -> None:
        self._fields: Sequence[Any] = model._meta.local_concrete_fields
        self._model = model
        self._kept: _Kept[str] = _Kept()

    def __call__(self, instance: M) -> None:
        """Write the row; IntegrityError as from `save`."""
        connection: Any = connections[DEFAULT_DB_ALIAS]
        sql = self._kept.of(connection, lambda connection: self._compile(connection, instance))
        values = [
            field.get_db_prep_save(field.pre_save(instance, add=True), connection) for field in self._fields
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
        instance._state.adding = False
        instance._state.db = DEFAULT_DB_ALIAS

    def _compile(self, connection: Any, sample: M) -> str:
        query = InsertQuery(self._model)
        query.insert_values(self._fields, [sample])
        ((sql, _values),) = query.get_compiler(connection=connection).as_sql()
        return str(sql)


class Change(Generic[M]):
    """`queryset.filter(...).update(...)`: the same changes each time, the rows found by other values."""

    def __init__(self, queryset: QuerySet[M], by: Sequence[str], **changes: object) -> None:
        self._queryset = queryset
        self._by = tuple(by)
        self._changes = changes
        self._kept: _Kept[tuple[str, tuple[Any, ...]]] = _Kept()

    def __call__(self, *values: object) -> int:
        """Change the rows whose fields `by` fit the values; returns how many."""
        connection: Any = connections[DEFAULT_DB_ALIAS]
        sql, fixed = self._kept.of(connection, lambda connection: self._compile(connection, values))
        given = [
            self._field(name).get_db_prep_value(value, connection)
            for name, value in zip(self._by, values, strict=True)
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, [*fixed, *given])
            return int(cursor.rowcount)

    def _field(self, name: str) -> Any:
        return self._queryset.model._meta.get_field(name.partition("__")[0])

    def _compile(self, connection: Any, values: Sequence[object]) -> tuple[str, tuple[Any, ...]]:
        """The statement, and the parameters that stand before those of `by`."""
        rows = self._queryset.order_by()
        for name, value in zip(self._by, values, strict=True):
            rows = rows.filter(**{name: value})
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values(self._changes)
        sql, parameters = query.get_compiler(connection=connection).as_sql()
        return sql, tuple(parameters[: len(parameters) - len(self._by)])
