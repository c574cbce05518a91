"""How the shipped models are made: recipes, one resumable loop, metrics, weights and cards.

`make pretrained` runs it. To use the models you need `genai_course.models.pretrained` only.
"""
