"""What learners call: choosing, loading, shuffling, scaling, toy distributions."""

import math

import pytest
import small_mnist
import torch

from genai_course import data
from genai_course.data import (
    batches,
    find_data,
    grid_centres,
    grid_of_gaussians,
    load_images,
    mnist_download,
    mnist_files,
    ring_centres,
    ring_of_gaussians,
    to_signed_range,
    to_unit_range,
)
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
    data._announce.cache_clear()
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
    monkeypatch.setattr(data, "obtain", lambda *arguments, **options: found)
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


def test_one_pass_shows_every_entry_once():
    entries = torch.arange(103)
    seen = torch.cat(list(batches(entries, 10, torch.Generator().manual_seed(0))))
    assert len(seen) == 100 and len(seen.unique()) == 100
    assert not torch.equal(seen, seen.sort().values), "not shuffled"
    assert len(list(batches(entries, 103))) == 1


def test_the_generator_decides_the_order():
    entries = torch.arange(50)

    def draw(generator):
        return torch.cat(list(batches(entries, 5, generator)))

    generator = torch.Generator().manual_seed(1)
    first, second = draw(generator), draw(generator)
    assert not torch.equal(first, second), "every epoch has its own order"
    assert torch.equal(first, draw(torch.Generator().manual_seed(1)))
    torch.manual_seed(5)
    third = draw(None)
    torch.manual_seed(5)
    assert torch.equal(third, draw(None))


def test_several_tensors_stay_together():
    images = torch.arange(40.0).view(20, 2)
    labels = torch.arange(20)
    for x, y in batches((images, labels), 6):
        assert x.shape == (6, 2) and torch.equal(x[:, 0], 2.0 * y)
    with pytest.raises(ValueError, match=r"lengths \[20, 19\]"):
        batches((images, labels[:19]), 6)


@pytest.mark.parametrize("batch_size", [0, -1, 11])
def test_impossible_batch_sizes_are_refused_at_once(batch_size):
    with pytest.raises(ValueError, match=f"batch_size is {batch_size}, wanted 1 to 10"):
        batches(torch.zeros(10, 1), batch_size)


def test_batches_stay_on_the_device_of_the_images():
    images = torch.zeros(10, 1, device="meta")
    assert [x.device.type for x in batches(images, 5)] == ["meta", "meta"]


def test_ranges():
    x = torch.tensor([0.0, 0.25, 1.0])
    assert to_signed_range(x).tolist() == [-1.0, -0.5, 1.0]
    assert to_unit_range(torch.tensor([-1.0, 0.0, 1.0])).tolist() == [0.0, 0.5, 1.0]
    assert torch.equal(to_unit_range(to_signed_range(x)), x)
    assert x.tolist() == [0.0, 0.25, 1.0], "the argument was changed"


def all_distinct(centres, sigma):
    return (torch.pdist(centres.double()) > 6 * sigma).all().item()


def test_all_centres_are_distinct():
    assert len(ring_centres()) == 8 and all_distinct(ring_centres(), 0.01)
    assert len(grid_centres()) == 25 and all_distinct(grid_centres(), 0.05)
    assert all_distinct(ring_centres(3), 0.01) and all_distinct(grid_centres(4), 0.05)


def test_the_ring_with_its_end_point_twice_would_be_caught():
    angles = torch.linspace(0, 2 * math.pi, 8)
    assert not all_distinct(torch.stack([angles.cos(), angles.sin()], dim=1), 0.01)


def test_centres_are_those_of_pacgan():
    for i, centre in enumerate(ring_centres().tolist()):
        wanted = [math.cos(2 * math.pi * i / 8), math.sin(2 * math.pi * i / 8)]
        assert centre == pytest.approx(wanted, abs=1e-6)
    ticks = (-4.0, -2.0, 0.0, 2.0, 4.0)
    assert sorted(map(tuple, grid_centres().tolist())) == [(a, b) for a in ticks for b in ticks]


@pytest.mark.parametrize(
    ("draw", "centres", "sigma"),
    [(ring_of_gaussians, ring_centres(), 0.01), (grid_of_gaussians, grid_centres(), 0.05)],
)
def test_toy_points(draw, centres, sigma):
    points, mode = draw(50_000, generator=torch.Generator().manual_seed(0))
    assert points.shape == (50_000, 2) and points.dtype == torch.float32
    assert mode.shape == (50_000,) and mode.dtype == torch.int64
    assert torch.equal(torch.cdist(points, centres).argmin(1), mode)
    rest = points - centres[mode]
    assert rest.std(0).tolist() == pytest.approx([sigma, sigma], rel=0.02)
    assert rest.mean(0).abs().max() < 5 * sigma / 50_000**0.5
    share = mode.bincount(minlength=len(centres)) / 50_000
    assert (share * len(centres) - 1).abs().max() < 0.12
    # 1 - exp(-4.5) of a Gaussian in the plane lies within three sigma
    assert (rest.norm(dim=1) < 3 * sigma).float().mean().item() == pytest.approx(0.9889, abs=2e-3)
    again = draw(50_000, generator=torch.Generator().manual_seed(0))[0]
    assert torch.equal(points, again)


def test_toy_settings_can_be_changed():
    points, mode = ring_of_gaussians(1000, modes=3, radius=2.0, sigma=1e-4)
    assert mode.max() == 2 and points.norm(dim=1).sub(2).abs().max() < 1e-3
    points, mode = grid_of_gaussians(1000, side=2, spacing=1.0, sigma=1e-4)
    assert mode.max() == 3 and points.abs().sub(0.5).abs().max() < 1e-3
