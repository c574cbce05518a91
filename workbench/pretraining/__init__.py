"""How the shipped models are made: recipes, their training, metrics, weights and cards.

`make pretrained` runs it. To use the models you need `genai_course.models.pretrained` only.
"""
