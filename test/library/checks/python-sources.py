"""Compiles every Python file below a folder. Answers, as JSON, what does not compile and which packages are imported that are neither Python's own nor the project's."""

import ast
import json
import pathlib
import sys

root = pathlib.Path(sys.argv[1])
sources = sorted(root.rglob("*.py"))
own = {path.stem for path in sources} | {path.name for path in root.rglob("*") if path.is_dir()}
problems = []
needs = set()
for source in sources:
    try:
        text = source.read_text(encoding="utf-8")
        compile(text, str(source.relative_to(root)), "exec")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                needs.update(alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                needs.add(node.module.split(".")[0])
    except (SyntaxError, ValueError) as error:
        problems.append(f"{source.relative_to(root).as_posix()}: {error}")
print(json.dumps({"problems": problems, "needs": sorted(needs - own - set(sys.stdlib_module_names))}))
