"""Checks decoded CBOR against a .cddl file: the part of RFC 8610 that protocol/luntan.cddl uses, and nothing else.

Types: uint, bytes, text, bool, unsigned numbers as values, choices, maps, arrays of one kind of item, `.size` of a number
or a range. In a map a key with a colon is a cut (RFC 8610, section 3.5.4): once it is there, only its own rule counts.
"""
import re

TOKEN = re.compile(r"""
    (?P<space>\s+|;[^\n]*)
  | (?P<name>[A-Za-z@_$](?:[-.]*[A-Za-z0-9@_$])*)
  | (?P<number>\d+)
  | (?P<control>\.[a-z]+)
  | (?P<mark>=>|\.\.|[=/{}\[\]():,?*])
""", re.VERBOSE)

PRELUDE = {
    "uint": lambda value: type(value) is int and 0 <= value < 2**64,
    "bytes": lambda value: type(value) is bytes,
    "text": lambda value: type(value) is str,
    "bool": lambda value: type(value) is bool,
}


class Invalid(Exception):
    """The value, or the file, is not as it should be."""


def tokens_of(text):
    """The file's tokens; anything that is none is refused."""
    out, at = [], 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found:
            raise Invalid(f"line {text.count(chr(10), 0, at) + 1}: {text[at:at + 20]!r}")
        if found.lastgroup != "space":
            out.append((found.lastgroup, found[0]))
        at = found.end()
    return out


class Parser:
    """Recursive descent over the tokens."""

    def __init__(self, tokens):
        self.tokens = tokens
        self.at = 0

    def peek(self, ahead=0):
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else ("end", "")

    def take(self, text=None):
        kind, found = self.peek()
        if text is not None and found != text:
            raise Invalid(f"{found!r} where {text!r} should be (token {self.at})")
        self.at += 1
        return kind, found

    def accept(self, text):
        if self.peek()[1] != text:
            return False
        self.at += 1
        return True

    def rules(self):
        """All rules by name, the first one first."""
        out = {}
        while self.peek()[0] != "end":
            kind, name = self.take()
            self.take("=")
            if kind != "name" or name in out or name in PRELUDE:
                raise Invalid(f"a rule called {name!r}")
            out[name] = self.type()
        return out

    def type(self):
        choices = [self.type1()]
        while self.accept("/"):
            choices.append(self.type1())
        return choices[0] if len(choices) == 1 else ("choice", choices)

    def type1(self):
        inner = self.type2()
        if self.peek()[0] != "control":
            return inner
        if self.take()[1] != ".size":
            raise Invalid("a control operator other than .size")
        low, high = self.size()
        return ("size", inner, low, high)

    def size(self):
        if not self.accept("("):
            number = self.number()
            return number, number
        low = self.number()
        self.take("..")
        high = self.number()
        self.take(")")
        return low, high

    def number(self):
        kind, text = self.take()
        if kind != "number":
            raise Invalid(f"{text!r} where a number should be")
        return int(text)

    def type2(self):
        kind, text = self.peek()
        if kind == "number":
            return ("value", self.number())
        if kind == "name":
            return ("rule", self.take()[1])
        if text == "{":
            return self.map()
        if text == "[":
            return self.array()
        raise Invalid(f"{text!r} where a type should be")

    def occurrence(self):
        """(least, most); most None for no bound."""
        if self.accept("?"):
            return 0, 1
        low = 0
        if self.peek()[0] == "number" and self.peek(1)[1] == "*":
            low = self.number()
        if not self.accept("*"):
            return 1, 1
        high = self.number() if self.peek()[0] == "number" else None
        return low, high

    def map(self):
        entries = []
        self.take("{")
        while not self.accept("}"):
            low, high = self.occurrence()
            key = self.type1()
            cut = self.accept(":")
            if not cut:
                self.take("=>")
            if cut and key[0] != "value":
                raise Invalid("a colon after something that is no value")
            entries.append((low, high, key, cut, self.type()))
            self.accept(",")
        return ("map", entries)

    def array(self):
        self.take("[")
        low, high = self.occurrence()
        item = self.type()
        self.accept(",")
        self.take("]")
        return ("array", low, high, item)


class Schema:
    """A .cddl file, ready to check values."""

    def __init__(self, text):
        self.rules = Parser(tokens_of(text)).rules()
        for rule in self.rules.values():
            self._check_names(rule)

    def _check_names(self, node):
        if isinstance(node, tuple) and node and node[0] == "rule" and node[1] not in self.rules and node[1] not in PRELUDE:
            raise Invalid(f"no rule called {node[1]}")
        for part in node if isinstance(node, (tuple, list)) else []:
            self._check_names(part)

    def check(self, rule, value):
        """Raises Invalid, saying where, unless the value is what the rule says."""
        self._check(("rule", rule), value, rule)

    def accepts(self, rule, value):
        """Whether the value is what the rule says."""
        return self._matches(("rule", rule), value)

    def _matches(self, node, value):
        try:
            self._check(node, value, "")
        except Invalid:
            return False
        return True

    def _check(self, node, value, where):
        getattr(self, "_check_" + node[0])(node, value, where)

    def _check_rule(self, node, value, where):
        if node[1] in self.rules:
            self._check(self.rules[node[1]], value, where)
        elif not PRELUDE[node[1]](value):
            raise Invalid(f"{where}: {value!r} is no {node[1]}")

    def _check_value(self, node, value, where):
        if type(value) is not int or value != node[1]:
            raise Invalid(f"{where}: {value!r} is not {node[1]}")

    def _check_choice(self, node, value, where):
        if not any(self._matches(choice, value) for choice in node[1]):
            raise Invalid(f"{where}: {value!r} is none of the choices")

    def _check_size(self, node, value, where):
        self._check(node[1], value, where)
        length = len(value.encode()) if isinstance(value, str) else len(value)
        if not node[2] <= length <= node[3]:
            raise Invalid(f"{where}: {length} bytes, not {node[2]} to {node[3]}")

    def _check_array(self, node, value, where):
        _, low, high, item = node
        if not isinstance(value, list):
            raise Invalid(f"{where}: {value!r} is no array")
        if len(value) < low or (high is not None and len(value) > high):
            raise Invalid(f"{where}: {len(value)} items, not {low} to {high}")
        for number, each in enumerate(value):
            self._check(item, each, f"{where}[{number}]")

    def _check_map(self, node, value, where):
        if not isinstance(value, dict):
            raise Invalid(f"{where}: {value!r} is no map")
        left = dict(value)
        for low, high, key, cut, kind in node[1]:
            keys = [each for each in left if self._matches(key, each)]
            for each in keys:
                if cut:
                    self._check(kind, left[each], f"{where}.{each}")
            matched = [each for each in keys if cut or self._matches(kind, left[each])]
            if len(matched) < low or (high is not None and len(matched) > high):
                raise Invalid(f"{where}: {len(matched)} times key {key[1]}")
            for each in matched:
                del left[each]
        if left:
            raise Invalid(f"{where}: keys {sorted(left)} that no rule allows")
