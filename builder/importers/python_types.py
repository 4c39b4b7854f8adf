"""Types of a Python program as JSON Schemas: pydantic models, typed dictionaries, data classes and what is in them."""

import ast
import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from builder.importers.python_tree import Program, last_name, tree
from builder.importers.python_values import Unknown, Values

Schema = dict[str, Any]
DEEPEST = 20
MOST_PARTS = 2_000
_SIMPLE: Mapping[str, Schema] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "Decimal": {"type": "number"},
    "bool": {"type": "boolean"},
    "bytes": {"type": "string"},
    "None": {"type": "null"},
    "NoneType": {"type": "null"},
    "Any": {},
    "object": {},
    "dict": {"type": "object"},
    "Dict": {"type": "object"},
    "Mapping": {"type": "object"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "AwareDatetime": {"type": "string", "format": "date-time"},
    "time": {"type": "string", "format": "time"},
    "UUID": {"type": "string", "format": "uuid"},
    "EmailStr": {"type": "string", "format": "email"},
    "HttpUrl": {"type": "string", "format": "uri"},
    "AnyUrl": {"type": "string", "format": "uri"},
    "StrictStr": {"type": "string"},
    "StrictInt": {"type": "integer"},
    "StrictBool": {"type": "boolean"},
    "PositiveInt": {"type": "integer", "exclusiveMinimum": 0},
    "NonNegativeInt": {"type": "integer", "minimum": 0},
    "PositiveFloat": {"type": "number", "exclusiveMinimum": 0},
    "NonNegativeFloat": {"type": "number", "minimum": 0},
}
_LISTS = ("list", "List", "Sequence", "Iterable", "tuple", "Tuple")
_SETS = ("set", "Set", "frozenset", "FrozenSet")
_MAPS = ("dict", "Dict", "Mapping", "MutableMapping")
_BARE = ("Required", "NotRequired", "Final", "ClassVar", "ReadOnly", "InitVar")
_RULES = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum", "pattern": "pattern"}
_RULES |= {"description": "description", "title": "title", "examples": "examples", "multiple_of": "multipleOf"}
_ENUMS = ("Enum", "StrEnum", "IntEnum")


class Types:
    """`unread`: names of types of which nothing is known; they are open."""

    def __init__(self, program: Program, values: Values) -> None:
        self._program, self._values = program, values
        self._inside: tuple[str, ...] = ()
        self._parts = 0
        self._again = dict[str, None]()  # classes that hold themselves, in order
        self.unread = set[str]()

    def whole(self, node: ast.expr) -> Schema:
        """The schema by itself, with its `$defs` where a class holds itself."""
        found, defined = self.schema(node), Schema()
        while open_ones := [name for name in self._again if name not in defined]:
            self._inside = (open_ones[0],)
            defined[open_ones[0]] = self._class(self._program.classes[open_ones[0]])
            self._inside = ()
        return {**found, "$defs": defined} if defined else found

    def schema(self, node: ast.expr | None) -> Schema:
        """What values of this type are. {} where that is open."""
        self._parts += 1
        if node is not None and (self._parts > MOST_PARTS or len(self._inside) > DEEPEST):
            self.unread.add(_shown(node))
            return {}
        match node:
            case None:
                return {}
            case ast.Constant(value=None):
                return {"type": "null"}
            case ast.Constant(value=str() as text):
                return self._quoted(text)
            case ast.BinOp(op=ast.BitOr()):
                return self._any_of(list(_alternatives(node)))
            case ast.Subscript(value=outer, slice=inner):
                return self._of(last_name(outer), inner)
            case ast.Name() | ast.Attribute():
                return self._named(last_name(node))
            case ast.Call(func=func, args=[first, *_]) if last_name(func) in ("AgentOutputSchema", "NewType"):
                return self.schema(node.args[1] if last_name(func) == "NewType" and len(node.args) > 1 else first)
        self.unread.add(_shown(node))
        return {}

    def _quoted(self, text: str) -> Schema:
        module = tree(text) if len(text) < 500 else None
        first = module.body[0] if module and module.body else None
        return self.schema(first.value) if isinstance(first, ast.Expr) else {}

    def _any_of(self, nodes: list[ast.expr]) -> Schema:
        found = [self.schema(node) for node in nodes]
        return found[0] if len(found) == 1 else {"anyOf": found}

    def _of(self, outer: str, inner: ast.expr) -> Schema:
        """A type with types in brackets behind it."""
        items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if outer == "Optional":
            return {"anyOf": [self.schema(inner), {"type": "null"}]}
        if outer == "Union":
            return self._any_of(items)
        if outer == "Literal":
            return self._choices(items)
        if outer == "Annotated":
            return self._annotated(items)
        if outer in _BARE:
            return self.schema(inner)
        if outer in _MAPS:
            of_values = self.schema(items[-1]) if len(items) > 1 else {}
            return {"type": "object", **({"additionalProperties": of_values} if of_values else {})}
        if outer in (*_LISTS, *_SETS):
            kinds = [item for item in items if not (isinstance(item, ast.Constant) and item.value is Ellipsis)]
            unique = {"uniqueItems": True} if outer in _SETS else {}
            return {"type": "array", "items": self._any_of(kinds) if kinds else {}, **unique}
        return self._named(outer)  # a generic class of the program

    def _choices(self, items: list[ast.expr]) -> Schema:
        found = list[Any]()
        for item in items:
            try:
                found.append(self._values.constant(item))
            except Unknown:
                self.unread.add(_shown(item))
        kinds = {str: "string", bool: "boolean", int: "integer"}
        types = {kinds.get(type(one), "") for one in found}
        typed = {"type": types.pop()} if len(types) == 1 and "" not in types else {}
        return {**typed, "enum": found} if found else {}

    def _annotated(self, items: list[ast.expr]) -> Schema:
        found = self.schema(items[0])
        for item in items[1:]:
            if isinstance(item, ast.Call):
                found = {**found, **self._rules(item, found)}
            elif text := self._values.text(item):
                found = {**found, "description": text}
        return found

    def _rules(self, field: ast.Call, schema: Schema) -> Schema:
        """What `Field(...)` says of values."""
        found = Schema()
        length = "Items" if schema.get("type") == "array" else "Length"
        names = {**_RULES, "min_length": f"min{length}", "max_length": f"max{length}"}
        for keyword in field.keywords:
            if keyword.arg in names:
                try:
                    found[names[keyword.arg]] = self._values.constant(keyword.value)
                except Unknown:
                    self.unread.add(f"{keyword.arg}=")
        return found

    def _named(self, name: str) -> Schema:
        if name in self._program.classes and name not in self._inside:
            before, self._inside = self._inside, (*self._inside, name)
            try:
                return self._class(self._program.classes[name])
            finally:
                self._inside = before
        if name in self._program.classes:
            self._again[name] = None
            return {"$ref": f"#/$defs/{name}"}
        if name in _SIMPLE:
            return dict(_SIMPLE[name])
        if name in (*_LISTS, *_SETS):
            return {"type": "array"}
        if name in self._program.names and name not in self._inside:
            before, self._inside = self._inside, (*self._inside, name)
            try:
                return self.schema(self._program.names[name])
            finally:
                self._inside = before
        self.unread.add(name[:60] or "?")
        return {}

    def _class(self, node: ast.ClassDef) -> Schema:
        if any(last_name(base) in _ENUMS for base in node.bases):
            return self._choices([one.value for one in node.body if isinstance(one, ast.Assign)])
        whole = self._inherited(node)
        is_total = not any(keyword.arg == "total" and _is_false(keyword.value) for keyword in node.keywords)
        needed = list[str](whole.get("required", ()))
        for field in _fields(node):
            name = field.target.id if isinstance(field.target, ast.Name) else ""
            schema, is_needed = self._field(field)
            whole["properties"][name] = schema
            is_needed = is_needed and (is_total or last_name(field.annotation) == "Required")
            needed = [one for one in needed if one != name] + ([name] if is_needed else [])
        about = inspect.cleandoc(ast.get_docstring(node) or "")
        told = {"description": about} if about else {}
        closed = {"additionalProperties": False} if _is_closed(node) else {}
        return {**whole, **told, **({"required": needed} if needed else {}), **closed}

    def _inherited(self, node: ast.ClassDef) -> Schema:
        """The fields of the classes it is made from, where they are in the text."""
        properties, needed = Schema(), list[str]()
        for base in node.bases:
            if last_name(base) in self._program.classes:
                found = self._named(last_name(base))
                properties |= found.get("properties", {})
                needed += [name for name in found.get("required", ()) if name not in needed]
        return {"type": "object", "properties": properties, **({"required": needed} if needed else {})}

    def _field(self, field: ast.AnnAssign) -> tuple[Schema, bool]:
        """Its schema, and whether it must be there."""
        schema = self.schema(field.annotation)
        if last_name(field.annotation) == "NotRequired":
            return schema, False
        value = field.value
        if not (isinstance(value, ast.Call) and last_name(value.func) in ("Field", "field")):
            return {**schema, **self._default(value)}, value is None
        given = value.args[0] if value.args else None
        named = {keyword.arg: keyword.value for keyword in value.keywords}
        default = given or named.get("default")
        is_open = isinstance(default, ast.Constant) and default.value is Ellipsis
        is_needed = (default is None or is_open) and "default_factory" not in named
        return {**schema, **self._rules(value, schema), **({} if is_open else self._default(default))}, is_needed

    def _default(self, node: ast.expr | None) -> Schema:
        try:
            value = self._values.constant(node) if node is not None else None
        except Unknown:
            return {}
        return {} if value is None else {"default": value}


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _shown(node: ast.expr) -> str:
    return last_name(node)[:60] or type(node).__name__


def _alternatives(node: ast.expr) -> Iterator[ast.expr]:
    """The parts of `a | b | c`."""
    found = list[ast.expr]()
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        found.append(node.right)
        node = node.left
    yield from (node, *reversed(found))


def _fields(node: ast.ClassDef) -> list[ast.AnnAssign]:
    noted = [one for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)]
    return [one for one in noted if last_name(one.annotation) != "ClassVar" and not _is_setting(one)]


def _is_setting(field: ast.AnnAssign) -> bool:
    return isinstance(field.target, ast.Name) and (field.target.id.startswith("_") or field.target.id == "model_config")


def _is_closed(node: ast.ClassDef) -> bool:
    """`model_config = ConfigDict(extra="forbid")`, as a call or as an object."""
    for one in node.body:
        if isinstance(one, ast.Assign) and any(last_name(target) == "model_config" for target in one.targets):
            return "forbid" in [inner.value for inner in ast.walk(one.value) if isinstance(inner, ast.Constant)]
    return False
