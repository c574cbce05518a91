"""`judge [NAME]`: train the judge of each data set and store its weights in the package."""


def main(arguments):
    """Train the judges named, or all; return an exit code."""
    from genai_course.evaluation import judge_training

    return judge_training.main(arguments) if arguments else judge_training.main()
