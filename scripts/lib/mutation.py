"""How a defence is taken out: pure functions on lines of Swift. scripts/lib/mutate.py runs them.

Each mutation is compiled in beside the original and chosen while the program runs, so that one build serves for all of
them. A mutation never moves a line: what the compiler says of a line of the copy holds for the source.
"""

import re

MARK = re.compile(r"^\s*// defence: ((?:T\d+ ?)+)(.*?)(?:\b(becomes|first): (.*))?$")
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\w+|[-+*/%=<>!&|?^~.:]+|\s+|.')
OPENING, CLOSING = set("([{"), set(")]}")
# An expression starts after one of these and ends before one of those.
BEFORE = {"return", "guard", "if", "while", "where", "in", "=", ",", "(", "[", "{", ":", "&&", "||", "+"}
STATEMENTS = {"return", "throw", "break", "continue"}
AFTER = {",", ")", "]", "}", "{", "else", "&&", "||", ""}


class BadMark(Exception):
    """A mark that does not say what to take out."""


def switch(number):
    return f"isMutated({number})"


def code(line):
    """The tokens of a line, without white space and comments."""
    tokens = [token for token in TOKEN.findall(line) if not token.isspace()]
    return tokens[: next((i for i, token in enumerate(tokens) if token.startswith("//")), len(tokens))]


def depth_after(tokens, depth=0):
    for token in tokens:
        depth += (token in OPENING) - (token in CLOSING)
        if depth < 0:
            return -1
    return depth


def statement_end(lines, start):
    """The index after the last line of the statement that starts at `start`."""
    first = code(lines[start])[0] if code(lines[start]) else ""
    needs_block = first in ("guard", "if", "for", "while", "do")
    # The block of a `guard` stands after `else`; closures may stand before it.
    armed, seen, depth = first != "guard", not needs_block, 0
    for end in range(start, len(lines)):
        for token in code(lines[end]):
            armed = armed or (token == "else" and depth == 0)
            seen = seen or (token == "{" and depth == 0 and armed)
            depth += (token in OPENING) - (token in CLOSING)
        following = lines[end + 1].strip() if end + 1 < len(lines) else ""
        if depth == 0 and seen and not following.startswith((".", "&&", "||", "?", ":")):
            if needs_block and re.match(r"(} )?(else|catch)\b", following):
                raise BadMark("the statement has another branch: say what a line becomes instead")
            return end + 1
        if depth < 0:
            break
    raise BadMark("no whole statement follows")


def without(lines, start, number):
    """The statement at `start` is skipped where this mutation is chosen."""
    end = statement_end(lines, start)
    if "//" in "".join(token for token in TOKEN.findall(lines[end - 1]) if not token.startswith('"')):
        raise BadMark("a comment stands behind the statement")
    changed = lines[start:end]
    indent = len(changed[0]) - len(changed[0].lstrip())
    changed[0] = f"{changed[0][:indent]}if !{switch(number)} {{ {changed[0][indent:]}"
    changed[-1] += " }"
    return lines[:start] + changed + lines[end:]


def becomes(lines, start, text, number):
    """The line at `start` is `text` where this mutation is chosen: the smallest expression around the difference."""
    line = lines[start]
    indent = line[: len(line) - len(line.lstrip())]
    old, new = TOKEN.findall(line.strip()), TOKEN.findall(text.strip())
    if old == new:
        raise BadMark("the line becomes what it is")
    shared = min(len(old), len(new))
    prefix = next((i for i in range(shared) if old[i] != new[i]), shared)
    suffix = next((i for i in range(shared - prefix) if old[-1 - i] != new[-1 - i]), shared - prefix)
    # Where the line before goes on, this one starts with an expression.
    before = next((code(l) for l in reversed(lines[:start]) if code(l)), [])
    goes_on = bool(before) and before[-1] in BEFORE - {"{", ":"}
    for start_token in range(prefix, -1, -1):
        if not (last_code(old[:start_token]) in BEFORE if start_token else goes_on):
            continue
        for end_token in range(suffix, -1, -1):
            rest = old[len(old) - end_token :]
            parts = [tokens[start_token : len(tokens) - end_token] for tokens in (old, new)]
            if first_code(rest) in AFTER and all(map(is_expression, parts)):
                texts = ["".join(part) for part in parts]
                starts_statement = any(first_code(part) in STATEMENTS for part in parts)
                chosen = (branch if starts_statement else either)(texts[1], texts[0], number)
                changed = indent + "".join(old[:start_token]) + chosen + "".join(rest)
                return lines[:start] + [changed] + lines[start + 1 :]
    if re.match(r"\s*((\w+ )*(let|var|case|func)|[&|.?:])\b", line) or depth_after(code(line)) != 0:
        raise BadMark("no expression of the line can be chosen")
    changed = indent + branch(text, line, number)
    return lines[:start] + [changed] + lines[start + 1 :]


def is_expression(tokens):
    """Whether brackets close in it, and no comma parts it."""
    depths = [depth_after(tokens[:end]) for end in range(len(tokens) + 1)]
    commas = any(token == "," and depth == 0 for token, depth in zip(tokens, depths))
    # A label before the colon, and no choice.
    outer = [token for token, depth in zip(tokens, depths) if depth == 0]
    labels = ":" in outer and "?" not in outer[: outer.index(":")]
    return "".join(tokens).strip() != "" and min(depths) == depths[-1] == 0 and not commas and not labels


def first_code(tokens):
    return next((token for token in tokens if not token.isspace()), "")


def last_code(tokens):
    return next((token for token in reversed(tokens) if not token.isspace()), "")


def branch(new, old, number):
    """One statement or the other."""
    return f"if {switch(number)} {{ {new.strip()} }} else {{ {old.strip()} }}"


def either(new, old, number):
    """One expression or the other; what marks an effect stands before both."""
    space = " " * (len(old) - len(old.lstrip())), " " * (len(old) - len(old.rstrip()))
    effect = re.match(r"((?:try |await )*)", old.strip()).group(1)
    plain = [re.sub(r"^(try |await )*", "", text.strip()) for text in (new, old)]
    return f"{space[0]}{effect}({switch(number)} ? ({plain[0]}) : ({plain[1]})){space[1]}"


def apply(lines, index, number):
    """The lines with the mutation of the mark at `index` compiled in."""
    form, text = MARK.match(lines[index]).groups()[2:]
    start = index + 1
    while start < len(lines) and lines[start].lstrip().startswith("//"):
        start += 1
    if start == len(lines) or not lines[start].strip():
        raise BadMark("nothing follows")
    if form == "becomes":
        return becomes(lines, start, text, number)
    if form == "first":
        indent = lines[start][: len(lines[start]) - len(lines[start].lstrip())]
        changed = f"{indent}if {switch(number)} {{ {text} }}; {lines[start].strip()}"
        return lines[:start] + [changed] + lines[start + 1 :]
    return without(lines, start, number)


EXAMPLES = [
    (["guard a else { throw .b }"], None, ["if !isMutated(1) { guard a else { throw .b } }"]),
    (["guard a,", "    b.allSatisfy({ $0 })", "else {", "    throw .c", "}", "d()"], None,
     ["if !isMutated(1) { guard a,", "    b.allSatisfy({ $0 })", "else {", "    throw .c", "} }", "d()"]),
    (["if a { throw .b }", "c()"], None, ["if !isMutated(1) { if a { throw .b } }", "c()"]),
    (["check(", "    a)", "    .done()"], None, ["if !isMutated(1) { check(", "    a)", "    .done() }"]),
    (["let a = 16"], "let a = 99", ["let a = (isMutated(1) ? (99) : (16))"]),
    (["guard let a, b < 3, c else {"], "guard let a, b < 9, c else {",
     ["guard let a, (isMutated(1) ? (b < 9) : (b < 3)), c else {"]),
    (["return try a(b)"], "return true", ["return try (isMutated(1) ? (true) : (a(b)))"]),
    (["x(a: f(1), b: 2)"], "x(a: 3, b: 2)", ["x(a: (isMutated(1) ? (3) : (f(1))), b: 2)"]),
    (["a && b.c()"], "a && true", ["a && (isMutated(1) ? (true) : (b.c()))"]),
    (["case .a: throw .b"], "case .a: return", ["case .a: if isMutated(1) { return } else { throw .b }"]),
    (["for a in [b, c] {"], "for a in [b] {", ["for a in (isMutated(1) ? ([b]) : ([b, c])) {"]),
    (["a()"], "; first: return b", ["if isMutated(1) { return b }; a()"]),
    (["a.start()"], "a.stop()", ["if isMutated(1) { a.stop() } else { a.start() }"]),
    (["if a { b() } else {"], None, None),
    (["if a {", "    b()", "}", "else { c() }"], None, None),
    (["let a = 1"], "let a = 1", None),
]


def self_check():
    """Each example gives exactly its lines, or none where the mark is bad."""
    for lines, text, expected in EXAMPLES:
        mark = "// defence: T1 words" + ("" if text is None else text if "first: " in text else f"; becomes: {text}")
        try:
            found = apply([mark] + lines, 0, 1)[1:]
        except BadMark:
            found = None
        assert found == expected, f"{lines} became {found}"
    assert MARK.match("    // defence: T20 T21").group(1).split() == ["T20", "T21"]
    return len(EXAMPLES)
