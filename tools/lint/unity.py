"""The release build compiles a folder's sources as one: what two of them keep to themselves needs two names.

Two of a kind are mostly one thing written twice, which then has a place of its own to find."""
import re

NAMESPACE = re.compile(r"^namespace ([\w:]+) \{", re.MULTILINE)
# Ends with a brace and what was its comment.
HIDDEN = re.compile(r"^namespace \{\n(.*?)^\}  ", re.MULTILINE | re.DOTALL)
NAMED = re.compile(
    r"^(?:(?:struct|class|enum|enum class) (?P<type>\w+)(?=[ :{])"
    r"|(?:static )?const(?:expr)?\b[^=(\n]*?\b(?P<value>k\w+)(?= =|\[|\{)"
    r"|[A-Za-z][\w:<>,&* ]*?[ &*](?P<function>\w+)\()", re.MULTILINE)
# No definitions, though they look like one.
WORDS = {"operator", "static_assert", "return", "if", "while", "for", "switch", "namespace"}


def _hidden_names(source):
    """(namespace, name, line index) of what an anonymous namespace of the source holds."""
    for block in HIDDEN.finditer(source.code):
        around = [match.group(1) for match in NAMESPACE.finditer(source.code, 0, block.start())]
        for match in NAMED.finditer(block.group(1)):
            name = match.group("type") or match.group("value") or match.group("function")
            if name in WORDS or (match.group("type") and block.group(1)[match.end():].startswith(";")):
                continue
            line = source.code.count("\n", 0, block.start(1) + match.start())
            yield around[-1] if around else "", name, line


def check(sources):
    problems = []
    first_places = {}
    for source in sources:
        if source.folder is None or source.is_header:
            continue
        for namespace, name, line in _hidden_names(source):
            key = (source.folder, namespace, name)
            first = first_places.setdefault(key, source.path)
            if first != source.path and not source.is_waived(line):
                problems.append(source.problem(line, f"{name} is also hidden in {first}: the release "
                                                     "build compiles both as one"))
    return problems
