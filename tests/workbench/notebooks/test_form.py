"""Every stored notebook has the form of the house; every rule sees a notebook that violates it."""

import base64
import importlib.util
import re
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from workbench.notebooks.canonical import write
from workbench.notebooks.form import RULES, SECTIONS, faults
from workbench.notebooks.stored_notebook import OPENING, Page, code_lines, prose_words

ROOT = Path(__file__).resolve().parents[3]
STORED = sorted((ROOT / "notebooks").rglob("[0-9][0-9]_*.ipynb"))
CARD = (
    "- **You will** learn\n- **You need** time\n- **Time** 5 minutes; 1 minute of computing\n"
    "- **You end with** a picture"
)
SENTENCE = "This is what we do here, and this is why we do it in this order. " * 5


@pytest.mark.parametrize(
    "path", STORED, ids=[str(p.relative_to(ROOT / "notebooks")) for p in STORED]
)
def test_a_stored_notebook_has_the_form_of_the_house(path):
    found = faults(Page.load(path))
    assert not found, "\n" + "\n".join(found)


def exercise_faults(root=ROOT):
    """Where notebook, solutions and package do not have the same exercises, in the same order."""
    checked = {}
    for path in sorted((root / "genai_course" / "exercises").glob("[a-z]*.py")):
        spec = importlib.util.spec_from_file_location(f"genai_course.exercises.{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for exercise in getattr(module, "EXERCISES", ()):
            checked.setdefault(int(exercise.number.split(".")[0]), []).append(exercise.number)
    for path in sorted((root / "notebooks").rglob("[0-9][0-9]_*.ipynb")):
        page = Page.load(path)
        headings = "\n".join(text for _, _, text in page.headings)
        found = re.findall(r"^(?:Exercise )?(\d+\.\d+)\b", headings, re.M)
        there = checked.get(int(page.number), [])
        if found != there:
            yield f"{path.relative_to(root)} has {found}, the package {there}"


def test_exercises_of_notebook_solutions_and_package_are_the_same():
    assert list(exercise_faults()) == []


# ---- a right notebook, and every way to spoil it ----


def figure(alt="The curve falls from step to step.", size=900):
    data = {"text/plain": "<Figure>", "image/png": base64.b64encode(bytes(size)).decode()}
    return new_output("display_data", data=data, metadata={"image/png": {"alt": alt}})


def text(line, name="stdout"):
    return new_output("stream", name=name, text=line + "\n")


def code(source="x = 1", *outputs):
    return new_code_cell(source, outputs=list(outputs), execution_count=1)


def right_notebook():
    cells = [
        new_markdown_cell("# 04. A title\n\nOne sentence of promise."),
        new_markdown_cell(CARD),
    ]
    for section in SECTIONS:
        cells.append(new_markdown_cell(f"## {section}\n\n{SENTENCE}"))
        cells.append(new_markdown_cell(SENTENCE))
        cells += [code(), code("y = 2\n# why\nz = 3")]
    cells[4].source = OPENING + "\n\nseed_everything(0)"
    cells[
        8
    ].source = (
        'show(fig, alt="The curve falls from step to step.")\nclaim("the curve falls", x, "<", 0.5)'
    )
    cells[8].outputs = [figure(), text("✓ the curve falls   ≈ 0.3")]
    return new_notebook(cells=cells)


def right_solution():
    cells = [new_markdown_cell("# 04. A title\n\nWorked answers.")]
    for k in (1, 2, 3):
        cells += [new_markdown_cell(f"## Exercise 4.{k}: do it\n\nWhy."), code()]
    cells[2].source = OPENING
    return new_notebook(cells=cells)


def found_in(notebook, folder, spoil_file=None):
    path = folder / "04_gan.ipynb"
    write(notebook, path)
    if spoil_file:
        path.write_text(spoil_file(path.read_text(encoding="utf-8")), encoding="utf-8")
    return faults(Page.load(path))


def solutions(tmp_path):
    (tmp_path / "solutions").mkdir()
    return tmp_path / "solutions"


def test_the_right_notebook_and_the_right_solution_have_no_fault(tmp_path):
    assert found_in(right_notebook(), tmp_path) == []
    assert found_in(right_solution(), solutions(tmp_path)) == []


def at(index, **changes):
    """A spoiler that changes one cell."""

    def spoil(notebook):
        for name, value in changes.items():
            setattr(notebook.cells[index], name, value)

    return spoil


def both(first, second):
    """A spoiler that writes two cells."""

    def spoil(notebook):
        notebook.cells[5].source, notebook.cells[8].source = first, second

    return spoil


def exercise(number, answer, check):
    """A spoiler that writes the heading of an exercise and its stub."""

    def spoil(notebook):
        notebook.cells[27].source = f"### {number} Do it"
        notebook.cells[28].source = (
            "from genai_course.exercises import gan_minimax as exercises\n\n\n"
            f"def mine(p, q):\n    return {answer}\n\n\nexercises.check_{check}(mine)"
        )

    return spoil


def tagged(index, tag, *outputs):
    def spoil(notebook):
        notebook.cells[index].metadata["tags"] = [tag]
        notebook.cells[index].outputs = list(outputs)

    return spoil


def all_code(source):
    def spoil(notebook):
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.source = source + "\nseed_everything(0)"

    return spoil


def swap_sections(notebook):
    for cell in notebook.cells:
        cell.source = cell.source.replace("## See it", "## X").replace("## Break it", "## See it")
        cell.source = cell.source.replace("## X", "## Break it")


def drop(cells):
    def spoil(notebook):
        notebook.cells = [c for i, c in enumerate(notebook.cells) if i not in cells]

    return spoil


def only_code_left(notebook):
    notebook.cells[-1:] = [code() for _ in range(20)]


def few_code_cells(notebook):
    kept = [c for c in notebook.cells if c.cell_type == "code"][:12]
    notebook.cells = [c for c in notebook.cells if c.cell_type == "markdown" or c in kept][:37]


def short_text(notebook):
    for cell in notebook.cells:
        cell.source = cell.source.replace(SENTENCE, "Short.")


def long_text(notebook):
    for cell in notebook.cells:
        cell.source = cell.source.replace(SENTENCE, SENTENCE + SENTENCE[:200])


def nine_figures(notebook):
    notebook.cells[8].outputs = [figure() for _ in range(9)] + [text("✓ fine")]


def big_output(notebook):
    notebook.cells[9].outputs = [text("a" * 401_000)]


def figure_far_from_any_claim(notebook):
    notebook.cells[20].outputs = [figure()]


def symbol(letters, meaning, shape=""):
    """A table of symbols with one row."""
    head = "| symbol | meaning | name in code | shape |\n|---|---|---|---|"
    return f"{head}\n| {letters} | {meaning} | `a` | {shape} |"


EQUAL_LINE = "✓ it (within 0.1)   ≈ 1.5504 and 1.5504"
LINES = "\n".join("x = 1" for _ in range(40))
LATE_PICTURE = "is empty until it runs: `show` a picture here or below"
SPOILERS = {
    "widget alone": (
        at(24, source="from genai_course.widgets.vae import latent_explorer\n\nlatent_explorer(1)"),
        LATE_PICTURE,
    ),
    "widget under another name": (
        at(
            24,
            source="from genai_course.widgets.vae import latent_explorer as e\n\nbox = e(1)\nbox",
        ),
        LATE_PICTURE,
    ),
    "title without number": (at(0, source="# A title\n\nPromise."), "begin with `# 04. Title`"),
    "title without promise": (at(0, source="# 04. A title"), "begin with `# 04. Title`"),
    "title of another notebook": (at(0, source="# 05. A title\n\nP."), "begin with `# 04. Title`"),
    "card without Time": (
        at(1, source=CARD.replace("**Time**", "Time")),
        "the second cell is the card",
    ),
    "card missing": (drop({1}), "the second cell is the card"),
    "sections swapped": (swap_sections, "headings must be, in order"),
    "section missing": (at(2, source=SENTENCE), "headings must be, in order"),
    "other opening": (
        at(4, source=OPENING.replace("missing", "error")),
        "the first code cell, and no other, begins with `OPENING`",
    ),
    "second opening": (at(5, source=OPENING), "the first code cell, and no other, begins"),
    "long set-up": (at(4, source=OPENING + "\n" + LINES[:77]), "the set-up has 13 lines below"),
    "no seed": (at(4, source=OPENING), "must call `seed_everything(0)`"),
    "long cell": (at(5, source=LINES), "40 lines of code, at most 30"),
    "median too long": (all_code(LINES[:35]), "the median code cell has 7"),
    "too many longish cells": (all_code(LINES[:125]), "nine in ten code cells may have 18"),
    "few code cells": (few_code_cells, "12 code cells, wanted 15 to 45"),
    "little text": (only_code_left, "text cells for"),
    "few words": (short_text, "words of prose, wanted 1500 to 2800"),
    "many words": (long_text, "words of prose, wanted 1500 to 2800"),
    "long text cell": (at(3, source="word " * 121), "121 words, at most 120"),
    "never executed": (at(5, execution_count=None), "never executed"),
    "empty code cell": (at(5, source="\n"), "empty code cell"),
    "magic": (at(5, source="%matplotlib inline"), "`%` and `!` lines"),
    "shell": (at(5, source="x = 1\n!ls"), "`%` and `!` lines"),
    "pip": (at(5, source="# pip install torch"), "nothing is installed"),
    "clear_output": (at(5, source="clear_output()"), "`clear_output` breaks"),
    "tqdm": (at(5, source="from tqdm import auto"), "instead of tqdm"),
    "version": (at(5, source="print(torch.__version__)"), "versions change"),
    "matplotlib": (at(5, source="import matplotlib.pyplot"), "figures are built in"),
    "plt": (at(5, source="plt.plot(x)"), "figures are built in"),
    "nbval comment": (at(5, source="# NBVAL_IGNORE_OUTPUT\nx"), "nbval markers hide"),
    "input": (at(5, source="input('?')"), "cannot ask for input"),
    "tick by hand": (at(5, source="print('✓ it holds')"), "a tick is printed by a check"),
    "claim of nothing": (at(5, source="claim('it holds', 1 < 2, x)"), "so it cannot fail"),
    "claim of numbers": (at(5, source="claim('it holds', 1, '<', 2, x)"), "so it cannot fail"),
    "verify of nothing": (at(5, source="verify('so it is', 7, 7.0, x)"), "so it cannot fail"),
    "verify of itself": (at(5, source="verify('so it is', y, y + 0)"), "`y` with itself"),
    "claim of itself": (at(5, source="claim('so it is', y, '>=', y)"), "`y` with itself"),
    "claim of a constant name": (at(5, source="w = 3\nclaim('it', w, '>', 2)"), "cannot fail"),
    "claim of a module": (at(5, source="import math\nclaim('it', math.e > 2)"), "cannot fail"),
    "or True": (at(5, source="claim('it', y > 2 or True)"), "a constant decides"),
    "infinite limit": (at(5, source="claim('it', y, '<', float('inf'))"), "is beyond inf"),
    "large tolerance": (
        at(5, source="verify('it', y, 3, 5)", outputs=[text("✓ it (within 5)   ≈ 2 and 3")]),
        "a tolerance of 5 is larger than what is compared",
    ),
    "any error": (tagged(5, "raises-exception"), "lets a typo pass"),
    "stored error": (
        at(5, outputs=[new_output("error", ename="e", evalue="v", traceback=[])]),
        "ends in an error",
    ),
    "claim in try": (
        at(5, source="try:\n    claim('it', y, '<', 1)\nexcept NameError:\n    pass"),
        "a check inside `try` may be skipped",
    ),
    "tick by its number": (at(5, source="print(chr(10003))"), "a tick is printed by a check"),
    "tick by its code": (at(5, source="print('\\u2713')"), "a tick is printed by a check"),
    "tick of nobody": (at(5, outputs=[text("✓ so it is")]), "no check of this cell prints"),
    "claim without a line": (at(5, source="claim('it', y, '<', 1)"), "is not in the output"),
    "looser limit": (at(5, source="claim('at least 9 hold', y, '>=', 5)"), "says '9' of a limit"),
    "looser share": (at(5, source="claim('over a third', y, '>', x / 4)"), "says 'a third' of a"),
    "fewer seeds in a claim": (
        at(5, source="y = [f(seed) for seed in range(1)]\nclaim('low, three seeds', y, '<', 1)"),
        "counts 3 seeds, what it looks at has 1",
    ),
    "fewer seeds in the text": (
        at(5, source="# two seeds\nw = [f(t, seed=t) for t in (1,)]"),
        "counts 2 seeds, the code has [1]",
    ),
    "other alt text": (
        at(8, outputs=[figure("A bar for each of nine sets."), text("✓ the curve falls")]),
        "is not the one in the code",
    ),
    "short alt text": (
        at(8, source="show(f, alt='The curve.')", outputs=[figure("The curve.")]),
        "a sentence of 5 words",
    ),
    "alt text of anything": (
        at(8, outputs=[figure("A wizard juggles seventeen lemons.")]),
        "the text around knows",
    ),
    "two alike": (at(8, outputs=[figure(), figure()]), "two figures have one description"),
    "answer in a stub": (exercise("3.1", "p + q", "nearer"), "a function that only returns None"),
    "stub in other hands": (
        exercise("3.2", "None", "nearer"),
        "`exercises.check_nearer` is of exercise 3.1, the heading 3.2",
    ),
    "exercise without a check": (
        exercise("3.2", "None", "nearer"),
        "exercise 3.2 is checked nowhere",
    ),
    "asks the exercise": (at(5, source="print(exercises.NEARER.reference)"), "not for notebooks"),
    "unknown paper": (at(3, source="- Ann (2014), *Nets*, arXiv:1406.2662"), "is it a slip"),
    "other author": (
        at(3, source="- Mirza (2014), Generative Adversarial Nets, arXiv:1406.2661"),
        "is by Goodfellow first",
    ),
    "other year": (
        at(3, source="- Goodfellow (2015), Generative Adversarial Nets, arXiv:1406.2661"),
        "is of 2014",
    ),
    "other title": (at(3, source="- Goodfellow (2014), *Nets*, arXiv:1406.2661"), "is called 'Gen"),
    "other link": (
        at(
            3,
            source="- Goodfellow (2014), Generative Adversarial Nets, "
            "[arXiv:1406.2661](https://arxiv.org/abs/1406.2662)",
        ),
        "leads to 1406.2662",
    ),
    "needs a later one": (
        at(1, source=CARD.replace("time", "[05](05_dcgan.ipynb)")),
        "it needs notebook 05, which comes later",
    ),
    "next leads nowhere": (at(42, source="## Next\n\n[06](06_game.ipynb)"), "found 06"),
    "number of another run": (
        at(3, source="It is better: 0.66 against 0.41 in the stored run."),
        "'0.41' of the stored run is printed by no cell nearby",
    ),
    "tolerance of another sum": (
        at(5, source="verify('it', y, z, 0.1)", outputs=[text(EQUAL_LINE)]),
        "a tolerance of 0.1 where both sides are 1.5504",
    ),
    "test images of the training set": (
        at(5, source="test_images, test_labels = load_images(name, 'train')"),
        "what is called `test_...` is loaded from the train split",
    ),
    "training images of the test set, by their module": (
        at(5, source="train_x, _ = data.load_images(name, 'test')"),
        "what is called `train_...` is loaded from the test split",
    ),
    "training images of the test set": (
        at(5, source="train_x, _ = (t.to('cpu') for t in load_images(name, split='test'))"),
        "what is called `train_...` is loaded from the test split",
    ),
    "turned shape": (at(3, source=symbol("$z$", "a code", "(d, N)")), "the shape (d, N): N stands"),
    "another's title": (at(3, source="See [04. A GAN](04_gan.ipynb)."), "wanted '04. A title' or"),
    "another's number": (at(3, source="See [notebook 05](04_gan.ipynb)."), "says 'notebook 05'"),
    "number in the summary": (at(30, source="## Summary\n\nIt is 98.89 %."), "says '98.89 %'"),
    "syntax error": (at(5, source="def f(:"), "not plain Python"),
    "star import": (at(5, source="from genai_course.data import *"), "not with a star"),
    "unsafe load": (at(5, source="torch.load(path)"), "needs `weights_only=True`"),
    "unsafe load, said": (
        at(5, source="torch.load(path, weights_only=False)"),
        "needs `weights_only",
    ),
    "absolute path": (at(5, source="open('/home/me/x')"), "absolute path '/home/me/x'"),
    "home folder": (at(5, source="p = '~/data'"), "absolute path"),
    "nbval tag": (tagged(5, "nbval-ignore-output"), "hides differences"),
    "stderr": (at(5, outputs=[text("Warning", "stderr")]), "wrote to stderr"),
    "address": (at(5, outputs=[text("<object at 0x7f14a691b870>")]), "an object's address 0x7f14"),
    "path in an output": (at(5, outputs=[text("saved to /home/me/x.pt")]), "a path of one machine"),
    "svg": (
        at(5, outputs=[new_output("display_data", data={"image/svg+xml": "<svg/>"})]),
        "SVG differs",
    ),
    "object at length": (
        at(
            5, outputs=[new_output("execute_result", data={"text/plain": "Net(\n  (0): Linear\n)"})]
        ),
        "shows an object at length",
    ),
    "stored cross": (at(5, outputs=[text("✗ it holds")]), "a claim does not hold: ✗ it holds"),
    "cross tag without a cross": (
        tagged(5, "shows-a-cross", text("✓")),
        "shows none; remove the tag",
    ),
    "tick that is not compared": (at(5, outputs=[text("≈ 3 ✓ holds")]), "is not compared, so no ✓"),
    "no alt text": (at(8, outputs=[figure(alt=" "), text("✓ a")]), "a figure without alt text"),
    "heavy figure": (at(8, outputs=[figure(size=51_000), text("✓ a")]), "a figure of 51 KB"),
    "nine figures": (nine_figures, "9 figures, at most 8"),
    "figure without a claim": (figure_far_from_any_claim, "put a claim or verify beside"),
    "heavy notebook": (big_output, "KB, at most 400"),
    "dead link": (
        at(3, source="See [05](05_dcgan.ipynb)."),
        "the link 05_dcgan.ipynb leads nowhere",
    ),
    "dead picture": (at(3, source='<img src="a.png">'), "the link a.png leads nowhere"),
    "import, then function": (
        both("from genai_course.models.pretrained import draw", "def draw(z):\n    return z"),
        "`draw` means something else in a cell before",
    ),
    "function, then variable": (
        both("def draw(z):\n    return z", "for draw in (1, 2):\n    pass"),
        "`draw` means something else in a cell before",
    ),
    "two functions of one name": (
        both("def draw(z):\n    return z", "def draw(z):\n    return -z"),
        "`draw` means something else in a cell before",
    ),
    "path in the text": (at(3, source="It is in /home/me."), "a path of one machine"),
    "letter of another": (at(3, source=symbol("$D$", "distortion")), "D is 'distortion' here"),
    "letters of others": (at(3, source=symbol("$M$, $K$", "size of a kernel")), "K is 'size of"),
    "letter with an index": (at(3, source=symbol("$w_{ab}$", "width")), "w is 'width' here"),
    "letter with an argument": (at(3, source=symbol("$q(z)$", "a scale")), "q is 'a scale' here"),
    "normal distribution": (at(3, source="Let $z \\sim N(0, I)$."), "is written \\mathcal N( )"),
    "displayed normal": (at(3, source="So\n\n$$p = N (x)$$"), "is written \\mathcal N( )"),
}


@pytest.mark.parametrize("name", SPOILERS)
def test_a_spoiled_notebook_is_seen(name, tmp_path):
    spoil, sentence = SPOILERS[name]
    notebook = right_notebook()
    spoil(notebook)
    found = found_in(notebook, tmp_path)
    assert any(sentence in line for line in found), found
    assert all(line.startswith("04_gan.ipynb") for line in found)


def test_a_file_that_was_not_stored_canonically_is_seen(tmp_path):
    found = found_in(right_notebook(), tmp_path, lambda text: text.replace("{\n", "{ \n", 1))
    assert found == ["04_gan.ipynb: not in the stored form; run `make notebooks`"]
    state = '"metadata": {\n  "widgets": {},'
    found = found_in(
        right_notebook(), tmp_path, lambda t: re.sub(r'"metadata": \{(?=\n  "k)', state, t)
    )
    assert found == ["04_gan.ipynb: not in the stored form; run `make notebooks`"]


def test_a_message_names_the_cell(tmp_path):
    notebook = right_notebook()
    notebook.cells[5]["id"], notebook.cells[5].source = "load-it", "torch.load(path)"
    assert found_in(notebook, tmp_path) == [
        "04_gan.ipynb, cell load-it: `torch.load` needs `weights_only=True`"
    ]


def test_every_rule_is_seen_to_fail_by_some_spoiler(tmp_path):
    silent = {rule.__name__: rule for rule in RULES[1:]}  # the first: test of the stored form
    for spoil, _ in SPOILERS.values():
        notebook = right_notebook()
        spoil(notebook)
        write(notebook, tmp_path / "04_gan.ipynb")
        page = Page.load(tmp_path / "04_gan.ipynb")
        silent = {name: rule for name, rule in silent.items() if not list(rule(page))}
    of_their_own = {"takes_the_minutes_of_the_table", "lists_the_whole_course"}
    assert set(silent) == of_their_own  # these have tests of their own


@pytest.mark.parametrize(
    "headings", [("4.1", "4.3", "4.2"), ("4.1", "4.2"), ("3.1", "3.2", "3.3")], ids=str
)
def test_solutions_have_one_heading_an_exercise(headings, tmp_path):
    notebook = right_solution()
    notebook.cells = notebook.cells[: 1 + 2 * len(headings)]
    for cell, number in zip(notebook.cells[1::2], headings, strict=True):
        cell.source = f"## Exercise {number}\n\nWhy."
    found = found_in(notebook, solutions(tmp_path))
    assert any("## Exercise 4.k" in line for line in found)


def test_a_worked_answer_does_not_call_the_package_for_the_whole(tmp_path):
    notebook = right_solution()
    notebook.cells[0].source = "# 04. A title\n\nWorked answers."
    notebook.cells[4].source = (
        "from genai_course.exercises import gan as exercises\n"
        "from genai_course.evaluation.diversity import spread_of\n\n\n"
        "def spread(images):\n    found = spread_of(images)\n    return found\n\n\n"
        "exercises.check_blame(spread)"
    )
    found = found_in(notebook, solutions(tmp_path))
    assert any("`spread_of(images)` is the answer itself" in line for line in found)


def test_the_minutes_of_a_card_are_those_of_the_table(tmp_path):
    (tmp_path / "README.md").write_text("| 04 | [GAN](a.ipynb) | it | 3 |\n")
    (tmp_path / "notebooks").mkdir()
    found = found_in(right_notebook(), tmp_path / "notebooks")
    assert found and all("1 minutes on the card, 3 in README.md" in line for line in found)
    notebook = right_notebook()
    notebook.cells[1].source = CARD.replace("1 minute of computing", "at once")
    found = found_in(notebook, tmp_path / "notebooks")
    assert found and all("ends with the minutes of computing" in line for line in found)


def test_a_cross_is_allowed_where_it_is_meant_to_be_seen(tmp_path):
    notebook = right_notebook()
    tagged(5, "shows-a-cross", text("✗ meant: 3"))(notebook)
    notebook.cells[5].source = 'claim("meant", x, "<", 3)'
    assert found_in(notebook, tmp_path) == []


def test_notebook_00_may_merge_sections(tmp_path):
    notebook = right_notebook()
    notebook.cells[0].source = "# 00. Start here\n\nPromise."
    for cell in notebook.cells:
        cell.source = cell.source.replace("## Train it", "## A first taste")
    notebook.cells[3].source = "### The map\n\n| 00. Start here | what is it? |"
    write(notebook, tmp_path / "00_start_here.ipynb")
    assert faults(Page.load(tmp_path / "00_start_here.ipynb")) == []
    for cell in notebook.cells:
        cell.source = cell.source.replace("## Summary", "## The end")
    write(notebook, tmp_path / "00_start_here.ipynb")
    assert "must contain, in order" in faults(Page.load(tmp_path / "00_start_here.ipynb"))[0]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("def draw(z):\n    return z", "def draw(z):\n    # the same\n    return z"),
        ("from genai_course.data import draw", "from genai_course.data import draw, other"),
        ("draw = 1", "draw = [draw for draw in (1, 2)]"),
        ("def draw(z):\n    return z", "drawn = [draw for draw in (1, 2)]"),
    ],
)
def test_a_name_may_be_given_the_same_meaning_twice(first, second, tmp_path):
    notebook = right_notebook()
    both(first, second)(notebook)
    notebook.cells[8].outputs = []
    assert found_in(notebook, tmp_path) == []


def test_a_link_to_a_file_that_exists_is_fine(tmp_path):
    (tmp_path / "03_gan_minimax.ipynb").write_text("{}")
    notebook = right_notebook()
    link = (
        "See [03](03_gan_minimax.ipynb#setup), [us](#setup), [it](https://arxiv.org/abs/1406.2661)."
    )
    notebook.cells[3].source = link
    assert not any("leads nowhere" in line for line in found_in(notebook, tmp_path))


def test_how_words_and_lines_are_counted():
    assert (
        prose_words("Two words $a + b$ and\n$$\nc = d\n$$\n\n| a | table |\n\n[a link](x.md) 12")
        == 5
    )
    assert prose_words("```\ncode here\n```\ntext") == 1
    assert code_lines("# why\n\nx = 1  # shape\n    # more\ny = 2") == 2
