"""One source file as the checks see it: with and without comments and literals."""
import re

# A comment, a raw string, a string or a character, whichever starts first. A quote between digits
# is C++'s digit separator.
TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"([^(\s]*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'""",
    re.DOTALL)


def _blank(match):
    """Keeps line ends and the quotes, so that positions stay."""
    piece = match.group(0)
    inner = re.sub(r"[^\n]", " ", piece)
    return inner if piece.startswith(("//", "/*")) else '"' + inner[1:-1] + '"'


class Source:
    def __init__(self, path):
        self.path = path
        with open(path, encoding="utf-8") as file:
            self.content = file.read()
        self.lines = self.content.splitlines()
        # Same lines and columns, comments and literals emptied.
        self.code = TOKEN.sub(_blank, self.content)
        self.code_lines = self.code.splitlines()
        parts = path.split("/")
        self.is_header = path.endswith(".h")
        self.is_test = parts[0] == "test"
        # "http" for source/http/http1/parser.h; None outside of source/.
        self.folder = parts[1] if parts[0] == "source" and len(parts) > 2 else None
        self.inside = "/".join(parts[1:]) if parts[0] == "source" else None

    def is_waived(self, index):
        """Says the line, or the one above, why it breaks a rule?"""
        return any("// STYLE: " in line for line in self.lines[max(0, index - 1):index + 1])

    def problem(self, index, what):
        return f"{self.path}:{index + 1}: {what}"

    def includes(self):
        """(line index, quoted or angled, path) of each #include."""
        for index, line in enumerate(self.lines):
            match = re.match(r'\s*#\s*include\s+(["<])([^">]+)[">]', line)
            if match:
                yield index, match.group(1), match.group(2)
