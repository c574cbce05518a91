"""A picture with sliders above it and a plain function underneath; no Output widget."""

from collections.abc import Callable, Mapping

from ipywidgets import Image, Layout, VBox, Widget


class PictureWithSliders(VBox):
    """A box with sliders and one picture that is drawn again whenever a slider moves.

    Its text form is short and always the same, so that a stored notebook stays comparable.

    Attributes:
        sliders: Dict from name to slider, in the order in which they are shown.
        picture: The ipywidgets Image that shows the PNG bytes.
    """

    def __init__(
        self, draw: Callable[..., bytes], sliders: Mapping[str, Widget], width: str
    ) -> None:
        self.draw = draw
        self.sliders = dict(sliders)
        self.picture = Image(format="png", layout=Layout(width=width))
        super().__init__([*self.sliders.values(), self.picture])
        for slider in self.sliders.values():
            slider.observe(self._redraw, names="value")
        self._redraw()

    @property
    def png(self) -> bytes:
        """The bytes of the picture now shown."""
        return bytes(self.picture.value)

    def _redraw(self, change=None):
        values = {name: slider.value for name, slider in self.sliders.items()}
        self.picture.value = self.draw(**values)

    def __repr__(self) -> str:
        return f"PictureWithSliders({', '.join(self.sliders)})"


def picture_with_sliders(
    draw: Callable[..., bytes], sliders: Mapping[str, Widget], width: str = "480px"
) -> PictureWithSliders:
    """Put sliders in front of a function that draws.

    Args:
        draw: Function that takes the sliders' values by name and returns PNG bytes
            (`plots.common.png_bytes` turns a figure into them).
        sliders: Dict from an argument name of `draw` to an ipywidgets slider.
        width: Width of the picture on the page, a CSS length such as "480px"; without one the
            picture would be stretched over the whole cell.

    Returns:
        The box; show it by making it the last line of a cell. Move a slider from code by
        `box.sliders["mean"].value = 2.0`; `box.png` then holds other bytes than before.

    Raises:
        ValueError: If there are no sliders, or width is not a CSS length.
    """
    if not sliders:
        raise ValueError("sliders is empty; give a dict from argument name to slider")
    if not str(width).endswith(("px", "em", "%")):
        raise ValueError(f"width is {width!r}, wanted a CSS length such as '480px'")
    return PictureWithSliders(draw, sliders, width)
