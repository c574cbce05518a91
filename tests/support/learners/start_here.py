"""Answers that learners may hand in to the exercises of notebook 00, right and wrong."""

import torch


def shuffled_twice(images, labels, generator):
    images = images[torch.randperm(len(images), generator=generator)]
    labels = labels[torch.randperm(len(labels), generator=generator)]
    return images, labels


def shuffled_images(images, labels, generator):
    images = images[torch.randperm(len(images), generator=generator)]
    return images, labels


def shuffled_labels(images, labels, generator):
    labels = labels[torch.randperm(len(images), generator=generator)]
    return images, labels


def shuffled_well(images, labels, generator):
    order = torch.randperm(len(images), generator=generator)
    return images[order], labels[order]


def counted(labels):
    return torch.stack([(labels == digit).sum() for digit in range(10)])


RIGHT = {
    "0.1": [lambda images: sum(images) / len(images)],
    "0.2": [counted],
    "0.3": [lambda images: (images - 0.5) / 0.5],
    "0.4": [lambda chance, noise: torch.where(noise < chance, 1.0, 0.0)],
    "0.5": [shuffled_well],
}
WRONG = {
    "0.1": {
        "one number, the mean brightness": lambda images: torch.mean(images),
        "averaged over the pixels": lambda images: images.flatten(1).mean(1, keepdim=True),
        "did not divide": lambda images: torch.sum(images, 0),
        "median": lambda images: torch.quantile(images, 0.5, dim=0, interpolation="lower"),
    },
    "0.2": {
        "fewer than ten": lambda labels: counted(labels)[: labels.max() + 1],
        "left out": lambda labels: counted(labels)[counted(labels) > 0],
        "sum to 1": lambda labels: counted(labels) / counted(labels).sum(),
        "shifted by one": lambda labels: counted(labels).roll(1),
    },
    "0.3": {
        "[-1, 0]": lambda images: images + (-1),
        "[0, 2]": lambda images: images + images,
        "the way back": lambda images: 0.5 * images + 0.5,
        "0..255": lambda images: (images - 127.5) / 127.5,
        "before you stretched": lambda images: 2 * images - 2,
    },
    "0.4": {
        "negatives": lambda chance, noise: torch.where(noise > chance, 1.0, 0.0),
        "rounded": lambda chance, noise: chance.round() + 0 * noise,
        "the probabilities themselves": lambda chance, noise: chance + 0 * noise,
        "shades of grey": lambda chance, noise: chance * noise,
        "all pictures are alike": lambda chance, noise: (noise[0] < chance).float() + 0 * noise,
    },
    "0.5": {
        "two different orders": shuffled_twice,
        "only the images": shuffled_images,
        "only the labels": shuffled_labels,
        "nothing is shuffled": lambda images, labels, generator: (images, labels),
    },
}
