"""The view's own files: its node tests, its one module, its sentences, its silence."""

import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from esim_analysis.explorer import bundle, cube
from esim_analysis.explorer.told import catalogue

HERE = Path(__file__).parent
SOURCES = {
    name: files("esim_analysis.explorer").joinpath("view", name).read_text(encoding="utf-8")
    for name in (*bundle.MODULES, "host.js")
}
# What turns text into markup or code, or reaches for the network.
FORBIDDEN = r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|fetch\(|XMLHttp|WebSocket|import\("


@pytest.fixture
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("node is not on this machine")
    return found


def test_node_tests_pass(node):
    run = subprocess.run(
        [node, "--test", str(HERE / "view.test.mjs")], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout[-4000:]


@pytest.mark.parametrize("module", ["view_module", "page_module"])
def test_the_files_make_one_valid_module(node, module, tmp_path):
    file = tmp_path / "module.mjs"
    file.write_text(getattr(bundle, module)(), encoding="utf-8")
    run = subprocess.run([node, "--check", file], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "import " not in re.sub(r"//.*|/\*.*?\*/", "", file.read_text(), flags=re.DOTALL)


def test_javascript_reads_every_byte_of_a_cube(node, make, tmp_path):
    analysis = make(2_000, hosts=20)
    summed = cube(analysis, share="full")
    script = tmp_path / "sum.mjs"
    decode = Path(str(files("esim_analysis.explorer"))) / "view" / "decode.js"
    script.write_text(
        f'import {{ unpack, readLine }} from "{decode.as_uri()}";\n'
        f"const line = readLine(await unpack({json.dumps(summed.lines[0])}));\n"
        "const total = line.cells.bytes.reduce((all, each) => all + each, 0);\n"
        "const hosts = line.hostCells.reduce((all, { total }) => all + total, 0);\n"
        "console.log(JSON.stringify([total, hosts]));"
    )
    run = subprocess.run([node, script], capture_output=True, text=True, check=True)
    evidence = analysis.evidence.frame
    assert json.loads(run.stdout) == [
        int(analysis.attribution.pieces["bytes"].sum()),
        int(evidence["bytes_down"].sum()),
    ]


@pytest.mark.parametrize("name", SOURCES)
def test_no_text_becomes_markup_or_code_and_nothing_is_fetched(name):
    assert not re.search(FORBIDDEN, SOURCES[name])


@pytest.mark.parametrize("name", SOURCES)
def test_what_is_imported_is_used(name):
    text = SOURCES[name]
    body = re.sub(r"^import .*$", "", text, flags=re.MULTILINE)
    for names in re.findall(r"^import \{([^}]*)\}", text, re.MULTILINE):
        for each in names.replace(" ", "").split(","):
            assert re.search(rf"\b{re.escape(each)}\b", body), f"{name}: {each} is not used"


def test_every_sentence_the_view_says_exists_and_none_is_left_over():
    said = set(re.findall(r'say\(\s*"(\w+)"', "".join(SOURCES.values())))
    patterns = [
        re.compile(pattern.replace("${", "\0").split("\0")[0] + r"\w+")
        for pattern in re.findall(r"say\(`([^`]+)`", "".join(SOURCES.values()))
    ]
    spoken_by_python = {"page_title", "no_script", "others", "redacted"}
    known = set(catalogue()["en"])
    assert said <= known
    text = "".join(SOURCES.values())
    rest = {
        key
        for key in known - said - spoken_by_python
        if not any(pattern.fullmatch(key) for pattern in patterns) and f'"{key}"' not in text
    }
    assert rest == set()


def test_languages_have_the_same_sentences_with_the_same_fields():
    tables = catalogue()
    for key, entry in tables["en"].items():
        for lang in ("es", "zh"):
            other = tables[lang][key]
            assert type(other) is type(entry), key
            one, two = (re.findall(r"\{\w+\}", json.dumps(each)) for each in (entry, other))
            assert set(one) == set(two), (lang, key)
            assert "other" in other or isinstance(other, str)


WIDGETS = Path(str(files("esim_analysis.widgets")))
LINT = HERE / "lint.mjs"


def test_every_script_keeps_the_rules_of_the_house(node):
    scripts = [*Path(str(files("esim_analysis.explorer"))).glob("view/*.js"), *WIDGETS.glob("*.js")]
    assert len(scripts) > len(bundle.MODULES)
    run = subprocess.run(
        [node, str(LINT), *map(str, scripts)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("el.innerHTML = name;", "textContent"),
        ("if (a == b) a();", "==="),
        ("fetch(address);", "nothing leaves"),
        ("eval(text);", "code from text"),
        ("var old = 1;\nold;", "const or let"),
        ("function lost() {}", "never used"),
        ("const = 3;", "SyntaxError"),
        ('import { h, no } from "./dom.js";\nh(no);', "does not export no"),
    ],
)
def test_the_rules_find_a_planted_fault(node, tmp_path, fault, told):
    (tmp_path / "dom.js").write_text("export function h() {}\n")
    planted = tmp_path / "planted.js"
    planted.write_text(f"{fault}\n")
    run = subprocess.run(
        [node, str(LINT), str(planted)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 1
    assert told in run.stdout
