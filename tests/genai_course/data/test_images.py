"""What learners call for images: choosing a data set, loading it, changing its range."""

import pytest
import small_mnist
import torch

from genai_course.data import images, mnist_download, mnist_files
from genai_course.data.images import find_data, load_images, to_signed_range, to_unit_range
from genai_course.data.mnist_files import DataError


@pytest.fixture
def small(monkeypatch, tmp_path):
    """MNIST shrunk to 30 images, nothing on this machine, no network; returns a tmp folder."""
    for name in ("DATA", "DATASET", "OFFLINE"):
        monkeypatch.delenv(f"GENAI_COURSE_{name}", raising=False)
    monkeypatch.setattr(mnist_files, "FILES", small_mnist.make()[0])
    for module in (mnist_files, mnist_download):
        monkeypatch.setattr(module, "cache_folder", lambda: tmp_path / "cache")
    mirrors = ["http://nowhere.invalid/"]
    monkeypatch.setattr(mnist_download, "MIRRORS", mirrors)
    mnist_download._failure.cache_clear()
    images._announce.cache_clear()
    yield tmp_path
    mnist_download._failure.cache_clear()


def one_line(capfd):
    out, err = capfd.readouterr()
    assert err == "" and out.count("\n") == 1 and out.startswith("data set: "), (out, err)
    return out


def test_small_mnist_from_a_folder(small, capfd):
    small_mnist.write(small)
    contents = small_mnist.make()[1]
    for split, prefix, count in (("train", "train", 20), ("test", "t10k", 10)):
        images, labels = load_images("mnist", split, folder=small)
        assert images.shape == (count, 1, 28, 28) and images.dtype == torch.float32
        assert labels.shape == (count,) and labels.dtype == torch.int64
        pixels = torch.tensor(list(contents[f"{prefix}-images-idx3-ubyte"][16:]))
        assert torch.equal((images * 255).round().long().flatten(), pixels)
        assert images.min() == 0 and images.max() == 1
        assert labels.tolist() == list(contents[f"{prefix}-labels-idx1-ubyte"][8:])
    assert capfd.readouterr() == ("", "")


def test_find_data_with_mnist(small, capfd, monkeypatch):
    small_mnist.write(small)
    monkeypatch.setenv("GENAI_COURSE_DATA", str(small))
    assert len(load_images("auto", "test")[0]) == 10
    assert capfd.readouterr() == ("", ""), "nothing to say where MNIST is found"
    assert find_data() == "mnist"
    line = one_line(capfd)
    assert line == "data set: mnist (found in GENAI_COURSE_DATA)\n" and str(small) not in line


def test_find_data_without_mnist(small, capfd):
    assert find_data() == "digits"
    assert one_line(capfd).startswith("data set: digits (offline data: MNIST is not on this mach")
    assert len(load_images("auto", "test")[0]) == 500
    assert capfd.readouterr() == ("", ""), "said twice"
    assert find_data() == "digits"
    one_line(capfd)


def test_auto_says_once_that_it_falls_back(small, capfd):
    assert len(load_images("auto", "test")[0]) == 500
    one_line(capfd)
    load_images("auto", "test")
    assert capfd.readouterr() == ("", "")


def test_a_failed_download_is_remembered_by_auto_and_repeated_by_mnist(small, monkeypatch):
    calls = []

    def fail(folder):
        calls.append(folder)
        raise DataError("no mirror delivered")

    monkeypatch.setattr(mnist_download, "fetch", fail)
    for _ in range(3):
        load_images("auto", "test")
    assert len(calls) == 1
    with pytest.raises(DataError, match="download: no mirror delivered"):
        load_images("mnist", "test")
    assert len(calls) == 2


def test_a_missing_mnist_is_downloaded(small, monkeypatch, capfd):
    with small_mnist.Mirror() as mirror:
        monkeypatch.setattr(mnist_download, "MIRRORS", [mirror.url])
        assert find_data() == "mnist"
        assert "per-user cache" in one_line(capfd)
        assert len(load_images("mnist", "train")[0]) == 20
        assert len(mirror.requests) == 4
    assert mnist_files.locate().raw == small / "cache" / "MNIST" / "raw"


def test_offline_tries_no_download(small, monkeypatch):
    with small_mnist.Mirror() as mirror:
        monkeypatch.setattr(mnist_download, "MIRRORS", [mirror.url])
        monkeypatch.setenv("GENAI_COURSE_OFFLINE", "1")
        assert find_data() == "digits"
        with pytest.raises(DataError, match="GENAI_COURSE_OFFLINE is set"):
            load_images("mnist")
        assert mirror.requests == []
        monkeypatch.setenv("GENAI_COURSE_OFFLINE", "0")
        assert find_data() == "mnist"


def test_the_error_lists_what_was_tried_and_how_to_mend_it(small):
    with pytest.raises(DataError) as caught:
        load_images("mnist", folder=small / "given")
    text = str(caught.value)
    wanted = ["the folder given", "the per-user cache", "download", "To mend"]
    positions = [text.index(word) for word in wanted]
    assert positions == sorted(positions), text


def test_a_broken_named_folder(small, monkeypatch, capfd):
    _, raw = small_mnist.write(small / "named")
    path = raw / "t10k-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-1] + b"\x07")
    with small_mnist.Mirror() as mirror:
        monkeypatch.setattr(mnist_download, "MIRRORS", [mirror.url])
        with pytest.raises(DataError, match="t10k-images-idx3-ubyte is not MNIST's"):
            load_images("mnist", "train", folder=small / "named")
        assert find_data(small / "named") == "digits"
        assert mirror.requests == [], "a folder that was named is not passed over in silence"
    assert "t10k-images-idx3-ubyte is not MNIST's" in one_line(capfd)


def test_a_file_that_breaks_after_the_search_is_still_caught(small, monkeypatch):
    _, raw = small_mnist.write(small)
    found = mnist_files.locate(small)
    monkeypatch.setattr("genai_course.data.images.obtain", lambda *arguments, **options: found)
    (raw / "train-labels-idx1-ubyte").write_bytes(b"")
    with pytest.raises(DataError, match="is empty"):
        load_images("mnist", "train")


def test_the_choice_by_variable(small, monkeypatch, capfd):
    small_mnist.write(small)
    monkeypatch.setenv("GENAI_COURSE_DATA", str(small))
    monkeypatch.setenv("GENAI_COURSE_DATASET", "digits")
    assert len(load_images("auto", "test")[0]) == 500
    assert capfd.readouterr() == ("", ""), "what was chosen on purpose is no fall-back"
    assert find_data() == "digits"
    assert one_line(capfd) == "data set: digits (chosen by GENAI_COURSE_DATASET)\n"
    assert len(load_images("mnist", "test")[0]) == 10, "a name that is given outright wins"
    monkeypatch.setenv("GENAI_COURSE_DATASET", "mnist")
    assert find_data() == "mnist"
    monkeypatch.delenv("GENAI_COURSE_DATA")
    with pytest.raises(DataError, match="MNIST cannot be had"):
        find_data()
    monkeypatch.setenv("GENAI_COURSE_DATASET", "cifar")
    with pytest.raises(ValueError, match="GENAI_COURSE_DATASET is 'cifar'"):
        find_data()


def test_unknown_names_and_splits():
    with pytest.raises(ValueError, match="name is 'cifar'"):
        load_images("cifar")
    for name in ("mnist", "digits"):
        with pytest.raises(ValueError, match="split is 'validation'"):
            load_images(name, "validation")


def test_real_mnist(capfd):
    found = mnist_files.locate()
    if found.raw is None:
        pytest.skip("MNIST is not on this machine: " + "; ".join(found.tried))
    images, labels = load_images("mnist", "train")
    test_images, test_labels = load_images("mnist", "test")
    assert images.shape == (60000, 1, 28, 28) and test_images.shape == (10000, 1, 28, 28)
    assert labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert test_labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert images.mean().item() == pytest.approx(0.1307, abs=5e-5)  # the well-known constants
    assert images.std().item() == pytest.approx(0.3081, abs=5e-5)
    assert capfd.readouterr() == ("", "")


def test_ranges():
    x = torch.tensor([0.0, 0.25, 1.0])
    assert to_signed_range(x).tolist() == [-1.0, -0.5, 1.0]
    assert to_unit_range(torch.tensor([-1.0, 0.0, 1.0])).tolist() == [0.0, 0.5, 1.0]
    assert torch.equal(to_unit_range(to_signed_range(x)), x)
    assert x.tolist() == [0.0, 0.25, 1.0], "the argument was changed"
