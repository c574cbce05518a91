"""What images, points and logits must be before anything is made of them: one check a door.

A loss or a distance of images in another range, or of logits that broadcast, looks like any other
number. So whatever takes them looks first, and refuses with one sentence: given, and wanted.

Plumbing: checks of what is given; notebooks meet their sentences, not their code.
"""

import itertools

import torch

ONE_EACH = "(..., N, 1) or (N,)"  # one number a sample
EVERY = 100  # on an accelerator one batch in so many is looked at
TURNS = itertools.count()


def check_images(
    images: torch.Tensor, name: str = "images", often: bool = False, wanted: str = "(...)"
) -> torch.Tensor:
    """Refuse what are not images in [0, 1].

    Args:
        images: A floating-point tensor of any shape, not empty, with values in [0, 1].
        name: What to call them, in the plural.
        often: Whether they are a batch of a training. To look at values is to wait for the device:
            nothing on a CPU, but on a GPU a pause at every step. There, one batch in 100 is looked
            at, the first of a session included; type and size of all.
        wanted: Their shape, as in `check_batches`.

    Returns:
        The images themselves.

    Raises:
        ValueError: If they are of another type, shape or range, or there are none.
    """
    return _check_range(images, name, 0, 1, often, wanted)


def check_signed(
    images_signed: torch.Tensor, name: str = "images", often: bool = False, wanted: str = "(...)"
) -> torch.Tensor:
    """Refuse images_signed that are not in [-1, 1]; name, often and wanted as in `check_images`."""
    return _check_range(images_signed, name, -1, 1, often, wanted)


def check_alike(samples: torch.Tensor, images: torch.Tensor) -> None:
    """Refuse samples and images in [0, 1] that cannot be compared pixel by pixel.

    Raises:
        ValueError: If `check_images` refuses one of them, or their images differ in shape.
    """
    check_images(samples, "samples")
    check_images(images)
    ours, theirs = tuple(samples.shape[1:]), tuple(images.shape[1:])
    if ours != theirs:
        raise ValueError(f"samples have shape {ours} and images {theirs}, wanted the same")


def check_finite_numbers(values: torch.Tensor, name: str) -> None:
    """Refuse values (called name) that are no floats, or none, or not all finite.

    Raises:
        ValueError: If so.
    """
    _check_type(values, name, "finite numbers")
    if not values.detach().isfinite().all():
        raise ValueError(f"{name} hold NaN or infinite values, wanted finite numbers")


def check_batches(wanted: str = ONE_EACH, same: bool = False, **batches: torch.Tensor) -> None:
    """Refuse batches that do not belong together, before they broadcast; values do not matter.

    Args:
        wanted: Shape of each, by default one number a sample. A number in it must be met, a letter
            stands for any size, dots for any dimensions.
        same: Whether all must have the very same shape; else numbers of samples may differ, which
            are the last dimension but one, or the only one.
        batches: By name, floating-point tensors, not empty.

    Raises:
        ValueError: If one has another type or shape, is empty, or is not like the first one.
    """
    common = {}
    for name, values in batches.items():
        _check_type(values, name, "numbers")
        _check_shape(values, name, wanted)
        common[name] = _common(values, same)
        first = next(iter(common))
        if common[name] != common[first]:
            shape, like = tuple(values.shape), f"{common[first]} like {first}".replace("'", "")
            raise ValueError(f"{name} has shape {shape}, wanted {like}")


def check_points(*sets: torch.Tensor, least: int = 1) -> None:
    """Refuse what are not sets of points in one space: features, codes, samples in the plane.

    Args:
        sets: Floating-point tensors of shape (N, d), all of the same d.
        least: Points that each set must have.

    Raises:
        ValueError: If a set has another shape or type, fewer points or a value that is not finite.
    """
    for points in sets:
        check_finite_numbers(points, "points")
    shapes = [tuple(points.shape) for points in sets]
    widths = {shape[-1] for shape in shapes if shape}
    if any(len(shape) != 2 or shape[0] < least for shape in shapes) or len(widths) > 1:
        given = " and ".join(map(str, shapes))
        wanted = " and ".join(("(N, d)", "(M, d)", "(K, d)")[: len(shapes)])
        raise ValueError(f"points have shape {given}, wanted {wanted}, {least} or more")


def check_rows(*tables: torch.Tensor, least: int = 1) -> None:
    """Refuse tables that do not belong together row by row: codes and factors of the same images.

    Args:
        tables: Floating-point tensors of shape (N, ...), all of the same N.
        least: Rows that there must be.

    Raises:
        ValueError: If a table has another N or type, or a value that is not finite.
    """
    for table in tables:
        check_finite_numbers(table, "rows")
    counts = [len(table) for table in tables]
    if len({*counts}) > 1 or min(counts) < least:
        given = " and ".join(map(str, counts))
        raise ValueError(f"there are {given} rows, wanted equally many, {least} or more")


def check_neighbours(count: int, k: int) -> None:
    """Refuse to look for the k-th neighbour among count points, if these are not more than k.

    Raises:
        ValueError: If k is below 1, or `count`, the number of points, is not above k.
    """
    if k < 1:
        raise ValueError(f"k is {k}, wanted 1 or more: the nearest neighbour is number 1")
    if count <= k:
        raise ValueError(f"for k = {k} at least {k + 1} points are wanted, got {count}")


def _check_type(values, name, wanted):
    if not isinstance(values, torch.Tensor):
        raise ValueError(f"{name} are of type {type(values).__name__}, wanted a tensor of {wanted}")
    if not values.is_floating_point():
        kind = str(values.dtype).removeprefix("torch.")
        advice = "call .float() on them" + " and divide by 255" * (kind == "uint8")
        raise ValueError(f"{name} are of type {kind}, wanted floating-point {wanted}; {advice}")
    if values.numel() == 0:
        raise ValueError(f"there are no {name}: shape {tuple(values.shape)}")


def _check_shape(values, name, wanted):
    shape = tuple(values.shape)
    if not any(_fits(shape, form.strip("() ").split(", ")) for form in wanted.split(" or ")):
        raise ValueError(f"{name} has shape {shape}, wanted {wanted}")


def _common(values, same):
    """What batches must have in common: the shape, or all of it but the number of samples."""
    shape = tuple(values.shape)
    at = max(0, len(shape) - 2)
    return shape if same else (*shape[:at], "M", *shape[at + 1 :])


def _fits(shape, sizes):
    """Whether a shape is one of those meant by such sizes as "...", "N", "1"."""
    sizes = [size.strip(",") for size in sizes]
    if "..." in sizes:
        at, spare = sizes.index("..."), max(0, len(shape) - len(sizes) + 1)
        sizes[at : at + 1] = ["any"] * spare
    return len(sizes) == len(shape) and all(
        size == str(given) or not size.isdigit() for size, given in zip(sizes, shape, strict=True)
    )


def _check_range(images, name, lowest, highest, often, wanted):
    _check_type(images, name, f"numbers in [{lowest}, {highest}]")
    _check_shape(images, name, wanted)
    if often and _must_wait(images) and next(TURNS) % EVERY:
        return images
    low, high = (value.item() for value in images.detach().aminmax())
    if low >= lowest and high <= highest:  # False for NaN
        return images
    advice = _advice(low, high, lowest)
    raise ValueError(f"{name} span [{low:.2f}, {high:.2f}], wanted [{lowest}, {highest}]{advice}")


def _must_wait(values):
    return values.device.type != "cpu"


def _advice(low, high, lowest):
    """What most likely happened, as the end of a sentence."""
    if 0 <= low and 1 < high <= 255:
        return "; divide by 255" + (", then use to_signed_range" if lowest else "")
    return "; use to_unit_range" if -1 <= low and high <= 1 else ""
