"""Files stay under 400 lines and functions under 50: `make check` runs this."""

import ast
import sys
from pathlib import Path

MAX_FILE = 400
MAX_FUNCTION = 50
ROOTS = ("bot", "retrieval", "handoff", "tests", "widget/src")
GENERATED = "bot/storage/migrations/versions"


def main() -> int:
    """Print every breach; 1 when there is one."""
    breaches = [
        line for root in ROOTS for path in sorted(Path(root).rglob("*")) for line in look(path)
    ]
    print("\n".join(breaches) or "sizes: every file and function is small enough")
    return 1 if breaches else 0


def look(path: Path) -> list[str]:
    """The breaches of one file."""
    if path.suffix not in (".py", ".ts", ".tsx", ".css") or GENERATED in path.as_posix():
        return []
    text = path.read_text(encoding="utf-8")
    lines = text.count("\n")
    found = [f"{path}: {lines} lines (limit {MAX_FILE})"] if lines > MAX_FILE else []
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > MAX_FUNCTION:
                    found.append(
                        f"{path}:{node.lineno} {node.name}: {size} lines (limit {MAX_FUNCTION})"
                    )
    return found


if __name__ == "__main__":
    sys.exit(main())
