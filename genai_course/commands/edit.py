"""`edit NN`: notebook NN as a text file for an editor; `edit --back NN` puts the edits back."""

from genai_course.commands import Stop
from genai_course.commands.environment import ROOT
from genai_course.commands.notebooks import find_notebooks

USAGE = "usage: python -m genai_course edit 04, and afterwards edit --back 04"


def main(arguments, root=ROOT):
    """Write the text views, or read them back; print each path written; return 0."""
    numbers = [word for word in arguments if word != "--back"]
    if not numbers or any(word.startswith("-") for word in numbers):
        raise Stop(USAGE)
    from genai_course.authoring import lens

    turn = lens.back if "--back" in arguments else lens.out
    for path in find_notebooks(numbers, root, folders=("notebooks",)):
        try:
            print(turn(path).relative_to(root))
        except FileNotFoundError as error:
            sentence = f"{error.filename} is not there: write it with edit {path.stem[:2]}."
            raise Stop(sentence) from error
        except ImportError as error:
            raise Stop(f"{error.name} is needed for this: run `make setup`.") from error
    if "--back" not in arguments:
        print("Edit it, then: python -m genai_course edit --back " + " ".join(numbers))
    return 0
