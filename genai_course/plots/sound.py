"""Sounds on the page: a player with a description, and the same bytes at every run."""

import base64

from IPython.display import Audio, display
from torch import Tensor

LONGEST = 24_000  # samples, two bytes each: 64 KB as text


def hear(wave: Tensor, rate: int, alt: str) -> None:
    """Display a player of a sound, with a description for people who cannot hear it.

    Args:
        wave: Samples in [-1, 1], shape (T,); the loudest is played at full level.
        rate: Samples a second.
        alt: One sentence that says what is heard; must not be empty.

    Raises:
        ValueError: If alt is empty or holds a quotation mark, or wave is no row of 1 to 24,000
            samples.
    """
    if not alt.strip() or '"' in alt:
        raise ValueError(f"alt is {alt!r}; say in one sentence what is heard, without marks")
    if wave.ndim != 1 or not 0 < len(wave) <= LONGEST:
        raise ValueError(f"wave has shape {(*wave.shape,)}, wanted 1 to {LONGEST} samples")
    sound = base64.b64encode(Audio(wave.detach().cpu().numpy(), rate=rate).data).decode()
    player = f'<audio controls aria-label="{alt}" src="data:audio/wav;base64,{sound}"></audio>'
    display({"text/plain": f"<a sound of {len(wave)} samples>", "text/html": player}, raw=True)
