"""`pretrained [NAME]`: train the shipped models and store them, going on where a kill left off."""


def main(arguments):
    """Make the models named, or all; return an exit code."""
    from genai_course.commands.environment import ROOT
    from genai_course.pretraining import make

    return make.main(arguments, folder=ROOT / ".pretraining")
