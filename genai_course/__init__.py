"""genai_course: the small package behind the notebooks. Its tree is the map of the course.

Data flows one way:

    data -> networks -> losses -> steps -> training -> evaluation -> plots -> widgets

    data.py            images and toy distributions as tensors; shuffled batches
    gan/               networks, losses, update steps and theory of the adversarial game
    vae/               networks, losses, update steps and the exactly solvable linear case
    training.py        the one training loop; history
    resuming.py        a training that goes on where it was, from a file; parts.py is what it keeps
    faults.py          what goes wrong in training, in words that say what to do
    checkpoints.py     save and load weights safely
    evaluation/        the judge (a small digit classifier) and measures of diversity
    pretrained.py      trained models that come with the course; pretraining/ makes them
    plots/             tensors and histories in, matplotlib figures out
    widgets/           sliders in front of plots
    claims.py          verify and claim: the lines that start with a tick or a cross
    exercises/         one module a notebook: what it checks and what it says
    commands/          the verbs of `python -m genai_course`
    authoring/         canonical notebooks and their form rules, for contributors

Code that the course teaches is shown, whole and running, in exactly one notebook; its docstring
says which. Importing this package does nothing else: no download, no random seed, no print.
"""

__version__ = "0.1.0"
