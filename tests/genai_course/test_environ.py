"""Environment variables: what is set is honoured, or it is an error that names the variable."""

import gzip
import hashlib
import os
import shutil
from pathlib import Path

import pytest
import small_mnist
import torch

from genai_course import data, environ
from genai_course.commands import doctor
from genai_course.commands import doctor_checks as checks
from genai_course.data import mnist_download, mnist_files, mnist_forms
from genai_course.data.mnist_files import DataError, locate
from genai_course.reproducibility import choose_device

FILES, CONTENTS = small_mnist.make()
NAMES = tuple(CONTENTS)
SPOILT = {name: content[:-1] + bytes([content[-1] ^ 1]) for name, content in CONTENTS.items()}


@pytest.fixture(autouse=True)
def small(monkeypatch, tmp_path):
    """MNIST shrunk to 30 images, no variable set, a cache that holds a sound copy, no network."""
    for name in ("DATA", "DATASET", "OFFLINE", "DEVICE"):
        monkeypatch.delenv(f"GENAI_COURSE_{name}", raising=False)
    monkeypatch.setattr(mnist_files, "FILES", FILES)
    for module in (mnist_files, mnist_download):
        monkeypatch.setattr(module, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr(mnist_download, "MIRRORS", ["http://nowhere.invalid/"])
    mnist_download._failure.cache_clear()
    small_mnist.write(tmp_path / "cache")
    yield tmp_path
    mnist_download._failure.cache_clear()


def put(folder, name, content):
    path = Path(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


# ---------------------------------------------------------------- GENAI_COURSE_DATA: found


def plain(name):
    return name


def dotted(name):
    return name.replace("-idx", ".idx")


def nested(name):
    return f"{name}/{name}"


FORMS = {
    "plain": (plain, bytes),
    "packed": (lambda name: f"{name}.gz", gzip.compress),
    "Kaggle": (dotted, bytes),
    "Kaggle, unzipped": (nested, bytes),
    "Kaggle, packed": (lambda name: f"{dotted(name)}.gz", gzip.compress),
}
LEVELS = ("", "raw", "MNIST", "MNIST/raw", "data/MNIST/raw", "data", "archive/raw")


def listing(folder):
    return {path: path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_found_at_every_level_and_nothing_is_written(small, monkeypatch, form, level):
    rename, pack = FORMS[form]
    for name, content in CONTENTS.items():
        put(small / "mine" / level, rename(name), pack(content))
    monkeypatch.setenv("GENAI_COURSE_DATA", str(small / "mine"))
    before = listing(small)
    assert data.find_data() == "mnist"
    for split, prefix, count in (("train", "train", 20), ("test", "t10k", 10)):
        images, labels = data.load_images("auto", split)
        assert images.shape == (count, 1, 28, 28)
        pixels = list(CONTENTS[f"{prefix}-images-idx3-ubyte"][16:])
        assert (images * 255).round().long().flatten().tolist() == pixels
        assert labels.tolist() == list(CONTENTS[f"{prefix}-labels-idx1-ubyte"][8:])
    assert listing(small) == before
    assert checks.check_data(small).level == checks.OK


def test_forms_may_be_mixed_and_a_sound_one_beside_a_broken_one_is_taken(small, monkeypatch):
    for name, (rename, pack) in zip(NAMES, FORMS.values(), strict=False):
        put(small / "mine", rename(name), pack(CONTENTS[name]))
    put(small / "mine", NAMES[1], b"cut")
    monkeypatch.setenv("GENAI_COURSE_DATA", f" {small / 'mine'} ")
    assert locate().raw == small / "mine"


def test_mnist_is_found_beside_the_others_that_torchvision_keeps(small, monkeypatch):
    for data_set, contents in (("FashionMNIST", SPOILT), ("MNIST", CONTENTS), ("KMNIST", SPOILT)):
        for name, content in contents.items():
            put(small / "up" / "data" / data_set / "raw", name, content)
    for level in ("up", "up/data"):
        monkeypatch.setenv("GENAI_COURSE_DATA", str(small / level))
        assert locate().raw == small / "up/data/MNIST/raw"


# ---------------------------------------------------------------- GENAI_COURSE_DATA: refused


def nowhere(folder):
    pass


def empty(folder):
    folder.mkdir()


def a_file(folder):
    folder.write_text("")


def other_things(folder):
    put(folder, "emnist-mnist-train-images-idx3-ubyte.gz", b"")


def one_missing(folder):
    for name in NAMES[:3]:
        put(folder, name, CONTENTS[name])


def one_cut(folder):
    for name in NAMES:
        put(folder, name, CONTENTS[name][:-1])


def packed_cut(folder):
    for name in NAMES:
        put(folder, f"{name}.gz", gzip.compress(CONTENTS[name])[:-20])


def packed_page(folder):
    for name in NAMES:
        put(folder, f"{name}.gz", b"<html>Sign in</html>")


def packed_bomb(folder):
    for name in NAMES:
        put(folder, f"{name}.gz", gzip.compress(CONTENTS[name] + bytes(10**6)))


def fashion(folder):
    for name in NAMES:
        put(folder, name, SPOILT[name])


def kmnist_packed(folder):
    for name in NAMES:
        put(folder, f"{name}.gz", gzip.compress(SPOILT[name], mtime=0))


def unknown(folder):
    for name in NAMES:
        put(folder, name, CONTENTS[name][:-1] + b"\x0b")


def fashion_packed_anew(folder):
    for name in NAMES:
        put(folder, f"{name}.gz", gzip.compress(SPOILT[name], compresslevel=1, mtime=1))


REFUSED = {
    nowhere: "no such folder",
    empty: "the folder is empty",
    a_file: "a file, not a folder",
    other_things: "no MNIST there, only emnist-mnist-train-images-idx3-ubyte.gz",
    one_missing: "t10k-labels-idx1-ubyte cannot be read: No such file",
    one_cut: "train-images-idx3-ubyte is truncated",
    packed_cut: "train-images-idx3-ubyte.gz is truncated",
    packed_page: "train-images-idx3-ubyte.gz cannot be read: .*incorrect header",
    packed_bomb: "train-images-idx3-ubyte.gz is too long",
    fashion: "train-images-idx3-ubyte is of Fashion-MNIST, not of MNIST",
    fashion_packed_anew: "train-images-idx3-ubyte.gz is of Fashion-MNIST, not of MNIST",
    kmnist_packed: "train-images-idx3-ubyte.gz is of KMNIST, not of MNIST",
    unknown: "train-images-idx3-ubyte is not MNIST's: its MD5 sum is [0-9a-f]{32}",
}


@pytest.fixture
def known(monkeypatch):
    """Spoilt files stand for data sets that are known, one unpacked, one packed by its owners."""
    packed = [gzip.compress(content, mtime=0) for content in SPOILT.values()]
    contents = {"Fashion-MNIST": SPOILT.values(), "KMNIST": packed}
    sums = {name: [hashlib.md5(c).hexdigest() for c in those] for name, those in contents.items()}
    monkeypatch.setattr(mnist_forms, "OTHERS", sums)


@pytest.mark.parametrize("fault", REFUSED, ids=lambda fault: fault.__name__)
def test_a_folder_without_mnist_is_an_error_that_names_the_variable(
    small, known, monkeypatch, fault, capsys
):
    mine = small / "mine"
    fault(mine)
    monkeypatch.setenv("GENAI_COURSE_DATA", str(mine))
    wanted = rf"^GENAI_COURSE_DATA is '{mine}', wanted a folder .* found: .*{REFUSED[fault]}"
    for ask in (
        data.find_data,
        lambda: data.load_images("auto", "test"),
        lambda: data.load_images("mnist", "test"),
    ):
        with pytest.raises(DataError, match=wanted) as caught:
            ask()
        assert "\n" not in str(caught.value) and "elete" not in str(caught.value)
    assert capsys.readouterr().out == "", "no data set has been announced"
    finding = checks.check_data(small)
    assert finding.level == checks.FAULT and str(caught.value) == finding.text
    assert finding.remedy == checks.CORRECT and "elete" not in finding.remedy
    assert len(data.load_images("digits", "test")[0]) == 500, "nobody asked for MNIST"
    sound = small_mnist.write(small / "given")[1]
    assert locate(small / "given").raw == sound, "a folder that is given outright wins"


def test_what_would_unpack_to_far_too_much_is_not_unpacked():
    assert len(mnist_forms.unpack(gzip.compress(bytes(10**6)), 10)) == 11


def test_a_folder_that_cannot_be_read_is_named(small, monkeypatch):
    (small / "mine").mkdir()
    listdir = os.listdir

    def refuse(path):
        if Path(path) == small / "mine":
            raise PermissionError(13, "Permission denied")
        return listdir(path)

    monkeypatch.setattr(mnist_forms.os, "listdir", refuse)
    monkeypatch.setenv("GENAI_COURSE_DATA", str(small / "mine"))
    with pytest.raises(DataError, match=r"GENAI_COURSE_DATA is .*cannot be read: Permission den"):
        data.find_data()


def test_a_relative_folder_is_spoken_of_as_where_it_would_be(small, monkeypatch):
    monkeypatch.chdir(small)
    monkeypatch.setenv("GENAI_COURSE_DATA", "mine")
    with pytest.raises(DataError, match=rf"DATA is 'mine' \(here {small / 'mine'}\), wanted"):
        data.find_data()


def test_set_to_nothing_is_not_set(monkeypatch):
    for name in (environ.DATA, environ.DATASET, environ.OFFLINE, environ.DEVICE):
        monkeypatch.setenv(name, " ")
    assert data.find_data() == "mnist" and locate().place == "the per-user cache"
    assert choose_device() == torch.device("cuda" if torch.cuda.is_available() else "cpu")


def test_the_sums_of_other_data_sets_are_those_that_torchvision_knows():
    from torchvision.datasets import KMNIST, FashionMNIST

    for data_set, name in ((FashionMNIST, "Fashion-MNIST"), (KMNIST, "KMNIST")):
        assert {md5 for _, md5 in data_set.resources} <= set(mnist_forms.OTHERS[name])
    every = [md5 for sums in mnist_forms.OTHERS.values() for md5 in sums]
    assert len(set(every)) == len(every) == 12 and {len(md5) for md5 in every} == {32}


# ---------------------------------------------------------------- the other variables


@pytest.mark.parametrize("text", ["mnist", "MNIST", " digits ", "Digits", "auto"])
def test_a_data_set_is_chosen(monkeypatch, text):
    monkeypatch.setenv("GENAI_COURSE_DATASET", text)
    wanted = text.strip().lower()
    assert data.find_data() == {"auto": "mnist"}.get(wanted, wanted)
    finding = checks.check_data(Path())
    assert finding.level == checks.OK and ("digits of scikit" in finding.text) == ("igit" in text)


@pytest.mark.parametrize(
    ("text", "offline"),
    [("1", True), ("true", True), ("YES", True), (" on", True), ("0", False), ("False", False),
     ("no", False), ("off", False)],
)  # fmt: skip
def test_offline_is_a_yes_or_a_no(small, monkeypatch, text, offline):
    shutil.rmtree(small / "cache")
    monkeypatch.setenv("GENAI_COURSE_OFFLINE", text)
    with small_mnist.Mirror() as mirror:
        monkeypatch.setattr(mnist_download, "MIRRORS", [mirror.url])
        assert data.find_data() == ("digits" if offline else "mnist")
        assert bool(mirror.requests) != offline


WRONG = {
    "GENAI_COURSE_DATASET": ("cifar", "wanted 'mnist', 'digits' or 'auto'"),
    "GENAI_COURSE_OFFLINE": ("maybe", r"wanted '1' \(no download\) or '0'"),
    "GENAI_COURSE_DEVICE": ("gpu", "wanted 'cpu' or a device that PyTorch can use"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_value_that_cannot_be_is_an_error_and_a_fault_with_its_own_remedy(monkeypatch, name):
    text, wanted = WRONG[name]
    monkeypatch.setenv(name, text)
    with pytest.raises(environ.WrongVariable, match=rf"^{name} is '{text}', {wanted}"):
        choose_device() if name == "GENAI_COURSE_DEVICE" else data.find_data()
    findings = [doctor._examine(check, Path()) for check in doctor.INSIDE]
    faults = [
        finding for finding in findings if finding.level == checks.FAULT and name in finding.text
    ]
    assert len(faults) == 1 and faults[0].remedy == checks.CORRECT
    assert "Error" not in faults[0].text


def test_the_doctor_names_every_variable_that_is_wrong_at_once(small, monkeypatch):
    for name, (text, _) in WRONG.items():
        monkeypatch.setenv(name, text)
    monkeypatch.setenv("GENAI_COURSE_DATA", str(small / "nowhere"))
    said = " ".join(doctor._examine(check, Path()).text for check in doctor.INSIDE)
    assert all(said.count(f"{name} is ") == 1 for name in (*WRONG, "GENAI_COURSE_DATA"))


@pytest.mark.parametrize("wanted", ["cuda", "cuda:99", "meta", "privateuseone"])
def test_a_device_that_is_not_there_is_an_error(monkeypatch, wanted):
    if wanted == "cuda" and torch.cuda.is_available():
        pytest.skip("it is there")
    monkeypatch.setenv("GENAI_COURSE_DEVICE", wanted)
    with pytest.raises(environ.WrongVariable, match=f"DEVICE is '{wanted}', wanted 'cpu' or a"):
        choose_device()


def test_mnist_wanted_without_it_and_without_a_download_is_a_fault(small, monkeypatch):
    shutil.rmtree(small / "cache")
    monkeypatch.setenv("GENAI_COURSE_DATASET", "mnist")
    assert checks.check_data(small).level == checks.NOTE  # it would be downloaded
    monkeypatch.setenv("GENAI_COURSE_OFFLINE", "1")
    finding = checks.check_data(small)
    assert finding.level == checks.FAULT
    assert "GENAI_COURSE_DATASET wants MNIST" in finding.text and "OFFLINE" in finding.text
    with pytest.raises(DataError, match="MNIST cannot be had.*\n.*\n.*GENAI_COURSE_OFFLINE is set"):
        data.find_data()
