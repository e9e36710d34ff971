"""Finds what GCC 12 miscompiles in coroutines. A reader of C++ that knows brackets and statements, not the language.

It reports, in an expression with `co_await`:
- a `co_await` in the condition of if, while, switch or for, unless it is `if (auto x = co_await f())`;
- a braced list, which may be an owning temporary that is destroyed twice. Right are empty braces, and braced arguments of
  a manager's or a client's method, which are views: `objects(...).get("web", {.cluster = "prod"})`;
- a lambda that captures by value;
- a `co_await` in any part of a conditional expression, `?:`, whose value is then destroyed twice.
"""

import dataclasses
import re

TOKEN = re.compile(r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<raw>(?:u8|[uUL])?R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)")
  | (?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")
  | (?P<character>(?:u8|[uUL])?'(?:\\.|[^'\\\n])+')
  | (?P<directive>^[ \t]*\#(?:\\\n|[^\n])*)
  | (?P<number>\.?\d(?:'?[\w.]|(?<=[eEpP])[+-])*)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<mark2>->|::|&&|\|\||[^\s])
""", re.VERBOSE | re.DOTALL | re.MULTILINE)
OPENING = {"(": ")", "[": "]", "{": "}"}
CLASS_WORDS = {"struct", "class", "union", "enum", "namespace", "extern"}
BODY_WORDS = {"else", "do", "try", "const", "noexcept", "override", "final", "mutable", "constexpr"}
CONDITION_WORDS = {"if", "while", "switch", "for"}
STATEMENT_MARK = "lint: call form"
FILE_MARK = "lint: file of call forms"


@dataclasses.dataclass
class Node:
    text: str  # a token; or the opening bracket of a group
    line: int
    children: list = None  # of a group

    def opens(self, bracket):
        return self.children is not None and self.text == bracket


def parse(text):
    """The tokens as a tree of brackets, and the lines that carry a mark."""
    top = Node("{", 1, [])
    stack, marks, line, position = [top], set(), 1, 0
    for found in TOKEN.finditer(text):
        line += text.count("\n", position, found.start())
        position = found.start()
        kind, token = found.lastgroup, found[0]
        if kind == "comment":
            if STATEMENT_MARK in token:
                marks.add(line)
        elif kind == "directive":
            pass
        elif kind == "mark2" and token in OPENING:
            group = Node(token, line, [])
            stack[-1].children.append(group)
            stack.append(group)
        elif kind == "mark2" and token in OPENING.values():
            if len(stack) > 1:
                stack.pop()
        else:
            quoted = kind in ("string", "raw", "character")
            stack[-1].children.append(Node('""' if quoted else token, line))
    return top, marks


def follows_trailing_return(nodes, index):
    """Whether the tokens before `index` are `) -> type`, with `const` and the like between."""
    at = index - 1
    while at >= 0 and nodes[at].children is None and re.match(r"[\w:<>,&*]+$|&&", nodes[at].text):
        at -= 1
    if at < 1 or nodes[at].text != "->":
        return False
    before = nodes[at - 1]
    return before.opens("(") or before.text in BODY_WORDS


def is_body(nodes, index, start, in_brackets):
    """Whether the braces at `index` hold statements or members, and not a list of values. `start`: of its statement."""
    if index == start:
        return not in_brackets
    before = nodes[index - 1]
    if before.opens("(") or before.text in BODY_WORDS or follows_trailing_return(nodes, index):
        return True
    if before.opens("["):
        return is_lambda(nodes, index - 1)
    if in_brackets:
        return False
    if before.text == ":" or before.opens("{"):
        return True
    statement = nodes[start:index]
    return any(node.text in CLASS_WORDS for node in statement) or any(node.text == "requires" for node in statement)


def is_lambda(nodes, index):
    """Whether the square brackets at `index` begin a lambda, and are no subscript, attribute or binding."""
    group = nodes[index]
    if not group.opens("[") or (len(group.children) == 1 and group.children[0].opens("[")):
        return False
    if index == 0:
        return True
    before = nodes[index - 1]
    if before.text in ("&", "&&") and index > 1 and nodes[index - 2].text == "auto":
        return False
    if before.children is not None:
        return before.opens("{")
    if before.text in ("return", "co_return", "co_yield", "co_await", "case", "else"):
        return True
    return not re.match(r"\w|\"", before.text)


def captures_by_value(group):
    items, item = [], []
    for node in group.children + [Node(",", 0)]:
        if node.text == "," and node.children is None:
            items.append(item)
            item = []
        else:
            item.append(node)
    return any(item and item[0].text != "&" and item[0].text != "&&" and item[0].text != "this" for item in items)


def chooses(nodes):
    """Of each node, whether a `?` stands between the same two commas."""
    result, first = [], 0
    for index in range(len(nodes) + 1):
        if index == len(nodes) or (nodes[index].text == "," and nodes[index].children is None):
            part = nodes[first:index + 1]
            result += [any(node.text == "?" and node.children is None for node in part)] * len(part)
            first = index + 1
    return result


@dataclasses.dataclass
class Expression:
    """What is found in a statement, without the bodies of lambdas in it."""
    awaits: list = dataclasses.field(default_factory=list)  # lines
    braces: list = dataclasses.field(default_factory=list)  # groups, each with: is it an argument in round brackets
    captures: list = dataclasses.field(default_factory=list)
    choices: list = dataclasses.field(default_factory=list)  # lines of what is awaited within `?:`
    lines: set = dataclasses.field(default_factory=set)
    of_manager: bool = False


class Checker:
    def __init__(self, marks):
        self.marks = marks
        self.findings = []

    def walk(self, nodes, found, in_brackets, chosen=False):
        choices = chooses(nodes)
        for index, node in enumerate(nodes):
            choice = chosen or choices[index]
            found.lines.add(node.line)
            if node.text == "co_await":
                found.awaits.append(node.line)
                if choice:
                    found.choices.append(node.line)
            elif node.text in ("objects", "using_session", "Client"):
                found.of_manager = True
            elif node.opens("{"):
                if is_body(nodes, index, 0, in_brackets):
                    self.block(node.children)  # of a lambda
                else:
                    found.braces.append((node, in_brackets))
                    self.walk(node.children, found, True, choice)
            elif node.opens("["):
                if is_lambda(nodes, index) and captures_by_value(node):
                    found.captures.append(node.line)
                self.walk(node.children, found, True, choice)
            elif node.opens("("):
                self.walk(node.children, found, True, choice)

    def block(self, nodes):
        """The statements of a body."""
        start = 0
        for index, node in enumerate(nodes):
            if node.text == ";" and node.children is None:
                self.statement(nodes[start:index])
                start = index + 1
            elif node.opens("{") and is_body(nodes, index, start, False) and not self.is_lambda_body(nodes, index, start):
                self.statement(nodes[start:index])
                self.block(node.children)
                start = index + 1
        self.statement(nodes[start:])

    @staticmethod
    def is_lambda_body(nodes, index, start):
        """Of a lambda at the level of the statement: `auto f = [&](int n) { ... };`"""
        at = index - 1
        while at >= start and not nodes[at].opens("("):
            if nodes[at].opens("["):
                return is_lambda(nodes, at)
            at -= 1
        return at - 1 >= start and nodes[at - 1].opens("[") and is_lambda(nodes, at - 1)

    def statement(self, nodes):
        if not nodes:
            return
        self.conditions(nodes)
        found = Expression()
        self.walk(nodes, found, False)
        if not found.awaits or self.is_marked(found.lines):
            return
        for line in found.captures:
            self.report(line, "a lambda in an expression with co_await captures by value: GCC 12 destroys it twice")
        for line in found.choices:
            self.report(line, "co_await in a conditional expression: GCC 12 destroys its value twice; write if and else")
        for group, in_brackets in found.braces:
            if not group.children:
                continue
            views = found.of_manager and in_brackets and group.children[0].text == "."
            nested = any(child.opens("{") for child in group.children)
            if not views or nested:
                self.report(group.line, "braces in an expression with co_await: GCC 12 destroys an owning temporary "
                                        "twice; name it first")

    def conditions(self, nodes):
        for index, node in enumerate(nodes):
            if node.text not in CONDITION_WORDS or node.children is not None:
                continue
            at = index + 1
            if at < len(nodes) and nodes[at].text == "constexpr":
                at += 1
            if at >= len(nodes) or not nodes[at].opens("("):
                continue
            inside = nodes[at].children
            if node.text == "for":
                parts = [part for part, child in enumerate(inside) if child.text == ";" and child.children is None]
                if len(parts) != 2:
                    continue  # over a range: its initialiser is no condition
                inside = inside[parts[0] + 1:parts[1]]
            found = Expression()
            Checker(self.marks).walk(inside, found, True)
            if not found.awaits or self.is_marked(found.lines):
                continue
            words = [child.text for child in inside if child.children is None]
            declares = re.match(r"(const )?auto( const)?( &| &&)? \w+ = co_await\b", " ".join(words))
            if not (declares and len(found.awaits) == 1):
                self.report(found.awaits[0], f"co_await in the condition of `{node.text}`: GCC 12 may run wild; bind it "
                                             "to a local first")

    def is_marked(self, lines):
        return any(line in self.marks for line in range(min(lines) - 1, max(lines) + 1))

    def report(self, line, what):
        if (line, what) not in self.findings:
            self.findings.append((line, what))


def check(text):
    """Findings, as (line, what)."""
    if "co_await" not in text or FILE_MARK in text:
        return []
    top, marks = parse(text)
    checker = Checker(marks)
    checker.block(top.children)
    return sorted(checker.findings)
