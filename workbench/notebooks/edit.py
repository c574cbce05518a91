"""`edit NN`: notebook NN as a text file for an editor; `edit --back NN` puts the edits back."""

from genai_course.commands import Stop
from genai_course.commands.environment import ROOT
from genai_course.commands.notebooks import find_notebooks
from workbench.verbs import WORKBENCH


def main(arguments, root=ROOT):
    """Write the text views, or read them back; print each path written; return 0."""
    options = WORKBENCH.read("edit", arguments)
    from workbench.notebooks import text_view

    turn = text_view.back if options.back else text_view.out
    for path in find_notebooks(options.numbers, root, folders=("notebooks",)):
        try:
            print(turn(path).relative_to(root))
        except FileNotFoundError as error:
            sentence = f"{error.filename} is not there: write it with edit {path.stem[:2]}."
            raise Stop(sentence) from error
        except ValueError as error:
            raise Stop(f"{path.name} cannot be read as a notebook: {error}"[:200]) from error
        except ImportError as error:
            raise Stop(f"{error.name} is needed for this: run `make setup`.") from error
    if not options.back:
        print("Edit it, then: python -m workbench edit --back " + " ".join(options.numbers))
    return 0
