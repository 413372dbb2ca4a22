"""Runs mutations: scripts/mutate explains. Every mutation is compiled into one copy of the sources."""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import mutation

CHOSEN = ".mutation"
TIME_LIMIT = 120  # seconds for the tests of one mutation; what does not end by then is red
# A file says which mutation is chosen, as programs that tests start have an environment of their own.
SWITCH = """\
internal import Glibc

private let chosen: Int = {
    guard let file = unsafe fopen("%s", "r") else { return 0 }
    var line = [CChar](repeating: 0, count: 16)
    unsafe fgets(&line, 15, file)
    unsafe fclose(file)
    return unsafe Int(atoi(line))
}()

func isMutated(_ number: Int) -> Bool { number == chosen }
"""
# Programs that no test starts, and that nobody waits for here.
TRIM = b"""
let idle = ["tenure-bench", "tenure-fuzz"]
package.targets.removeAll { idle.contains($0.name) }
package.products.removeAll { idle.contains($0.name) }
"""
TEST = re.compile(r'@Test\(\s*"((?:T\d+ )+)[^"]*"(?:(?!@Test).)*?\bfunc (\w+)', re.S)
VERDICT = re.compile(r"^. Test (.+?)(?: with \d+ test cases?)? (passed|failed) after ", re.M)


class Mark:
    def __init__(self, number, path, index, lines):
        self.number, self.path, self.index = number, path, index
        ids, words, _, _ = mutation.MARK.match(lines[index]).groups()
        self.ids = ids.split()
        self.words = words.strip(" ;,")
        self.code = next((line.strip() for line in lines[index + 1 :] if not line.lstrip().startswith("//")), "")
        self.place = f"{path}:{index + 1}"
        self.fault = None


def read_tree(root):
    """Path → bytes, of all that git tracks or would: read once, as the tree may change meanwhile."""
    names = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=root, check=True, capture_output=True, text=True)
    return {name: (root / name).read_bytes() for name in names.stdout.splitlines() if (root / name).is_file()}


def lines_of(tree, name):
    return tree[name].decode().split("\n")


def find_marks(tree):
    marks = []
    for name in sorted(tree):
        if name.endswith(".swift"):
            lines = lines_of(tree, name)
            for index, line in enumerate(lines):
                if mutation.MARK.match(line):
                    marks.append(Mark(len(marks) + 1, name, index, lines))
    return marks


def find_tests(tree):
    """id → [(target, function)]."""
    tests = {}
    for name in sorted(tree):
        if name.startswith("Tests/") and name.endswith(".swift"):
            for match in TEST.finditer(tree[name].decode()):
                for one in match.group(1).split():
                    tests.setdefault(one, []).append((name.split("/")[1], match.group(2)))
    return tests


def put(path, content):
    """Writes what differs alone, or everything would be compiled anew."""
    if not path.is_file() or path.read_bytes() != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def write_copy(tree, copy, marks):
    """The tree with the mutation of each good mark compiled in."""
    mutated = {}
    for mark in marks:
        if mark.fault is None:
            lines = mutated.get(mark.path) or lines_of(tree, mark.path)
            try:
                mutated[mark.path] = mutation.apply(lines, mark.index, mark.number)
            except mutation.BadMark as bad:
                mark.fault = str(bad)
    switches = {"/".join(path.split("/")[:2]) + "/Mutation.swift" for path in mutated}
    for name, content in tree.items():
        if name in mutated:
            content = "\n".join(mutated[name]).encode()
        elif name == "Package.swift":
            content = content.replace(b"    .treatAllWarnings(as: .error),\n", b"") + TRIM
        put(copy / name, content)
    for name in switches:
        put(copy / name, (SWITCH % (copy.resolve() / CHOSEN)).encode())
    kept = set(tree) | switches
    for folder in ("Sources", "Tests"):
        for path in (copy / folder).rglob("*"):
            if path.is_file() and str(path.relative_to(copy)) not in kept:
                path.unlink()


def build(tree, copy, marks):
    """Builds the copy; a mark whose lines do not compile is left out, and the rest built again."""
    while True:
        write_copy(tree, copy, marks)
        run = subprocess.run(
            ["swift", "build", "--build-tests"], cwd=copy, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if run.returncode == 0:
            return
        bad = 0
        errors = set(re.findall(r"^(/\S+?):(\d+):\d+: error: (.*)$", run.stdout, re.M))
        for path, line, message in sorted(errors):
            name = os.path.relpath(path, copy.resolve())
            near = [m for m in marks if m.path == name and m.fault is None and m.index < int(line) <= m.index + 12]
            if near:
                near[-1].fault = f"does not build: {message}"
                print(f"{near[-1].place}: {near[-1].fault}; building without it", flush=True)
                bad += 1
        if bad == 0:
            said = [line for line in run.stdout.splitlines() if "error:" in line]
            sys.exit("\n".join(said or [run.stdout[-2000:]]) + "\nThe copy does not build, and no mark is the cause.")


def run_tests(copy, tests, number):
    """The names of the tests that failed, with `!` for a process that ended early or had to be ended."""
    binary = next((copy / ".build/debug").glob("*PackageTests.xctest"))
    filters = [part for target, name in sorted(set(tests)) for part in ("--filter", rf"^{target}\..*\b{name}\(")]
    command = [str(binary), "--testing-library", "swift-testing", *filters]
    (copy / CHOSEN).write_text(f"{number}\n")
    environment = os.environ | {"SWIFT_BACKTRACE": "enable=no", "NO_COLOR": "1"}
    process = subprocess.Popen(
        command, cwd=copy, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        start_new_session=True)
    try:
        output, _ = process.communicate(timeout=TIME_LIMIT if number else 20 * TIME_LIMIT)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.communicate()
        return {"! the tests did not end"}
    verdicts = [(name, word) for name, word in VERDICT.findall(output.decode(errors="replace")) if name != "run"]
    failed = {name.strip('"') for name, word in verdicts if word == "failed" and not name.startswith("run with")}
    if not verdicts:
        return {"! the tests ended at once"} if number else sys.exit(output.decode(errors="replace")[-2000:])
    if process.returncode < 0:
        failed.add("! the process ended early")
    return failed


def judge(copy, mark, one, tests, ignored):
    """Quick tests first: the stories, which run whole programs, only where nothing else turned red."""
    quick = [test for test in tests if test[0] != "Stories"]
    stories = [test for test in tests if test not in quick]
    red = run_tests(copy, quick, mark.number) - ignored if quick else set()
    if stories and not red:
        red = run_tests(copy, stories, mark.number)
        if red:
            red -= run_tests(copy, stories, 0)
    return sorted(red)


def page(results):
    lines = [
        "# Defences", "",
        "`scripts/mutate` took out each of these in turn; the tests named beside it turned red. The ids are those of",
        "[the threat model](threat-model.md).", "",
        "| id | where | what was taken out | tests that turned red |", "|---|---|---|---|",
    ]
    for result in sorted(results, key=lambda r: (int(r["id"][1:]), r["place"])):
        path = result["place"].rsplit(":", 1)[0]
        shown = result["words"] or f"`{result['code']}`"
        red = "; ".join(name.lstrip("! ").replace("|", "\\|") for name in result["red"][:3])
        more = f"; {len(result['red']) - 3} more" if len(result["red"]) > 3 else ""
        lines.append(f"| {result['id']} | `{path}` | {shown.replace('|', chr(92) + '|')} | {red}{more} |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("ids", nargs="*")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--self-check", action="store_true")
    parser.add_argument("--json")
    parser.add_argument("--page")
    parser.add_argument("--copy", default=".build/mutants")
    options = parser.parse_args()
    if options.self_check:
        return print(f"{mutation.self_check()} examples are taken out as they should be")
    tree = read_tree(Path.cwd())
    tests = find_tests(tree)
    marks = find_marks(tree)
    wanted = [(mark, one) for mark in marks for one in mark.ids if not options.ids or one in options.ids]
    if options.list:
        for mark, one in wanted:
            print(f"{one}\t{mark.place}\t{mark.words or mark.code}\t{len(tests.get(one, []))} tests")
        return
    copy = Path(options.copy)
    build(tree, copy, marks)
    involved = [test for one in {one for _, one in wanted} for test in tests.get(one, []) if test[0] != "Stories"]
    ignored = {name for name in run_tests(copy, involved, 0) if not name.startswith("!")}
    for name in sorted(ignored):
        print(f"red before anything was taken out, and so not counted: {name}")
    results = []
    for mark, one in wanted:
        red = [] if mark.fault or one not in tests else judge(copy, mark, one, tests[one], ignored)
        outcome = mark.fault or (f"{len(red)} red" if red else "GREEN" if one in tests else "no test has this id")
        print(f"{one:4} {mark.place}: {outcome}", flush=True)
        results.append(
            {"id": one, "place": mark.place, "code": mark.code, "words": mark.words, "outcome": outcome, "red": red})
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n")
    if options.page:
        Path(options.page).write_text(page(results))
    good = sum(bool(result["red"]) for result in results)
    print(f"{good} of {len(results)} defences are missed by a test when they are taken out")
    sys.exit(0 if results and good == len(results) else 1)


if __name__ == "__main__":
    main()
