"""source/README.md against the tree: every file it names exists; how long the walk of a request is."""
import pathlib
import re

README = "source/README.md"
FOLDER_README_LINES_MAX = 40
# How far the stated length of the walk may be from the real one.
WALK_TOLERANCE = 0.05
# `downstream/exchange.cc`, `http/http1/parser` (the .h and the .cc), `compiler/` (a folder).
NAME = re.compile(r"`([a-z0-9_]+(?:/[a-z0-9_]+)*(?:/|/[a-z0-9_]+(?:\.[a-z]+)?))`")


def _files_of(name):
    """The files that a name in the README stands for, found from source/ or from the root."""
    for root in (pathlib.Path("source"), pathlib.Path()):
        path = root / name
        if path.exists():
            return [path]
        both = [path.with_name(path.name + suffix) for suffix in (".h", ".cc")]
        if any(file.is_file() for file in both):
            return [file for file in both if file.is_file()]
    return []


def _section(content, title):
    """What stands under the first heading that holds `title`."""
    match = re.search(rf"^(#+)[^\n]*{title}[^\n]*\n(.*?)(?=^\1 |\Z)", content,
                      re.MULTILINE | re.DOTALL | re.IGNORECASE)
    return match.group(2) if match else None


def _walk_length(content):
    walk = _section(content, "a request")
    if walk is None:
        return [f"{README}: needs a section `A request`, the files in the order a request meets them"]
    files = {file for name in NAME.findall(walk) for file in _files_of(name) if file.is_file()}
    stems = {file.with_suffix("") for file in files}
    lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)
    measured = (len(stems), len(files), lines)
    stated = re.search(r"The walk of a request: (\d+) stations, (\d+) files, (\d+) lines", walk)
    is_true = stated and all(abs(int(said) - is_) <= is_ * WALK_TOLERANCE
                             for said, is_ in zip(stated.groups(), measured))
    if is_true:
        return []
    return [f"{README}: must say: The walk of a request: {measured[0]} stations, {measured[1]} files, "
            f"{measured[2]} lines"]


def check(paths):
    problems = []
    for path in paths:
        if re.fullmatch(r"source/.+/README\.md", path):
            lines = len(pathlib.Path(path).read_text(encoding="utf-8").splitlines())
            if lines > FOLDER_README_LINES_MAX:
                problems.append(f"{path}: {lines} lines; at most {FOLDER_README_LINES_MAX}")
    if README not in paths:
        return problems + [f"{README}: missing"]
    content = pathlib.Path(README).read_text(encoding="utf-8")
    for name in sorted(set(NAME.findall(content))):
        if not _files_of(name):
            problems.append(f"{README}: names `{name}`, which does not exist")
    return problems + _walk_length(content)
