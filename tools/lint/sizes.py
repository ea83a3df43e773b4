"""Lengths of files and functions, number of includes."""
import re

FILE_LINES_SOFT = 400
FILE_LINES_MAX = 600
TEST_FILE_LINES_MAX = 800
FUNCTION_LINES_MAX = 70
INCLUDES_MAX = 20

# An opening brace after one of these is no function: its content is looked into. `=` opens a table.
SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b[^;{}()=]*$|=\s*$|^\s*$")


def functions(source):
    """(first line index, last line index) of each outermost function body, told by its braces."""
    depth_of_function = None
    depth = start = head_start = 0
    for match in re.finditer(r"[{};]", re.sub(r"(?m)^\s*#.*(\\\n.*)*$", _blank_lines, source.code)):
        at, symbol = match.start(), match.group(0)
        if symbol == "{":
            if depth_of_function is None and not SCOPE.search(_last_declaration(source.code, head_start, at)):
                depth_of_function, start = depth, at
            depth += 1
        elif symbol == "}":
            depth -= 1
            if depth_of_function == depth:
                yield source.code.count("\n", 0, start), source.code.count("\n", 0, at)
                depth_of_function = None
        head_start = at + 1


def _blank_lines(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def _last_declaration(code, start, end):
    """What stands before a brace, without template parameters, attributes and access labels."""
    head = re.sub(r"\btemplate\s*<[^{}]*?>\s*(?=class|struct|union|requires|\w)", " ", code[start:end])
    head = re.sub(r"\b(public|protected|private)\s*:(?!:)", " ", head)
    head = re.sub(r"\[\[[^\]]*\]\]|\balignas\([^)]*\)", " ", head)
    return re.sub(r"(?m)^\s*#.*$", " ", head)


def check(source, allowed):
    problems = []
    lines = len(source.lines)
    lines_max = TEST_FILE_LINES_MAX if source.is_test else FILE_LINES_MAX
    if not allowed.covers(source.path, "file", lines, lines_max):
        problems.append(f"{source.path}: {lines} lines; at most {lines_max}: split it by meaning")
    elif lines > FILE_LINES_SOFT and not source.is_test:
        print(f"{source.path}: note: {lines} lines; {FILE_LINES_SOFT} are plenty")

    longest = 0
    for first, last in functions(source):
        if source.is_waived(first):
            continue
        length = last - first + 1
        longest = max(longest, length)
        if length > FUNCTION_LINES_MAX and not allowed.names(source.path, "function"):
            problems.append(source.problem(first, f"a function of {length} lines; "
                                                  f"at most {FUNCTION_LINES_MAX}"))
    if allowed.names(source.path, "function") and not allowed.covers(
            source.path, "function", longest, FUNCTION_LINES_MAX):
        problems.append(f"{source.path}: its longest function has grown to {longest} lines")

    includes = sum(1 for _ in source.includes())
    if not allowed.covers(source.path, "includes", includes, INCLUDES_MAX):
        problems.append(f"{source.path}: {includes} includes; at most {INCLUDES_MAX}")
    return problems
