"""genai_course: the small package behind the notebooks. Its tree is the syllabus.

Code that the course teaches is shown, whole and running, in exactly one notebook; its docstring
says which. CONTRIBUTING.md holds the map. Importing this package does nothing: no download, no
random seed, no print.
"""

__version__ = "0.1.0"
