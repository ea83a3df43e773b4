"""A metric that nobody writes says nothing for ever: every position in a *_stats.h is used elsewhere."""
import re

ENUM = re.compile(r"\benum\s+(?:class\s+)?\w+\s*(?::[^{;]*)?\{([^}]*)\}")
COUNT = re.compile(r"k\w*Count$")  # the size of the table
# Status classes are written as first + n.
LATER_CLASS = re.compile(r"(k\w*)[2-5]xx$")
WORD = re.compile(r"\bk[A-Z0-9]\w*")


def _positions(source):
    """(line index, name) of each enumerator of the header."""
    for enum in ENUM.finditer(source.code):
        for name in WORD.finditer(enum.group(1)):
            line = source.code.count("\n", 0, enum.start(1) + name.start())
            yield line, name.group(0)


def check(sources):
    product = [source for source in sources if source.inside is not None]
    tables = [source for source in product if re.search(r"_stats\.h$", source.path)]
    words = {source.path: set(WORD.findall(source.code)) for source in product}
    problems = []
    for table in tables:
        own = {table.path, table.path[:-1] + "cc"}
        elsewhere = set().union(*(used for path, used in words.items() if path not in own))
        for index, name in _positions(table):
            written_as = LATER_CLASS.sub(r"\g<1>1xx", name)
            if written_as in elsewhere or COUNT.match(name) or table.is_waived(index):
                continue
            problems.append(table.problem(index, f"nobody writes {name}: count it or drop it"))
    return problems
