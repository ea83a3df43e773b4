"""Names, opening comments and calls that the house style bans."""
import re

# They say nothing, or are short for something.
BANNED_WORDS = set(
    "impl manager helper helpers util utils common base prod info data misc "
    "cb ctx cfg conn mgr req".split())
TYPE = re.compile(r"\b(?:class|struct|union|enum(?:\s+class)?|using)\s+(?:\[\[[^\]]*\]\]\s*)?"
                  r"(?:alignas\([^)]*\)\s*)?([A-Z]\w*)\s*(?=[:{;=]|final\b)")

# (pattern, where it is looked for, which files may, what to say)
ANYWHERE, TESTS, PRODUCT = "", "test/", "source/"
BANNED_CALLS = [
    (r"\b(sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\(", TESTS, None,
     "no sleeps: wait for the event, or move a fake clock"),
    (r"\bfriend\b", ANYWHERE, None, "no friends: give the class what it needs"),
    (r"\bthrow\b", ANYWHERE, None, "no exceptions: return a Status"),
    (r"\bcatch\s*\(", ANYWHERE,
     r"source/base/(yaml\w*|log)\.cc$|source/(server|control_plane|ctl)/(command_line|main)\.cc$",
     "only the one file that wraps a library that throws may catch"),
    (r"\bFor(Test|Testing)\w*\s*\(|\w+For(Test|Testing)\b", PRODUCT, None,
     "no production code only for tests"),
]


def _camel_words(name):
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)]


def _name_problems(source):
    stem = source.path.rsplit("/", 1)[-1].split(".")[0]
    banned = BANNED_WORDS.intersection(stem.split("_"))
    if banned and not source.is_waived(1):  # a file says why in its first two lines
        yield f"{source.path}:1: `{banned.pop()}` in a file name says nothing"
    for match in TYPE.finditer(source.code):
        name = match.group(1)
        banned = BANNED_WORDS.intersection(_camel_words(name))
        is_wire_name = re.match(r"=\s*(::)?(envoy|xds|udpa)::", source.code[match.end():])
        index = source.code.count("\n", 0, match.start())
        if banned and not is_wire_name and not source.is_waived(index):
            yield source.problem(index, f"{name}: `{banned.pop()}` in a type name says nothing")


def _comment_problems(source):
    """A header opens by saying what it is; one that declares a class says on which thread it lives."""
    if not source.is_header:
        return
    opening = []
    for line in source.lines:
        if not line.startswith("//"):
            break
        opening.append(line)
    if not opening:
        yield f"{source.path}:1: a header opens with a comment: what it is, who owns it"
    declares_class = re.search(r"^\s*class\s+\w[^;()]*\{", source.code, re.MULTILINE)
    if declares_class and not source.is_test and not re.search(r"\bThread: \S", "\n".join(opening)):
        yield f"{source.path}:1: its opening comment needs `Thread: worker | control | service | any`"


def _call_problems(source):
    for pattern, where, who, what in BANNED_CALLS:
        if not source.path.startswith(where) or (who and re.match(who, source.path)):
            continue
        for match in re.finditer(pattern, source.code):
            index = source.code.count("\n", 0, match.start())
            if not source.is_waived(index):
                yield source.problem(index, what)
    for index, line in enumerate(source.lines):
        if re.search(r"\b(TODO|FIXME|XXX)\b(?!\(\d+\))", line):
            yield source.problem(index, "TODO(issue-number), or do it")


def check(source):
    return [*_name_problems(source), *_comment_problems(source), *_call_problems(source)]
