"""How the shipped flow of notebook 15 is trained."""

import copy

import torch

from genai_course.data import to_signed_range
from genai_course.flow.networks import LabelledUNet
from genai_course.flow.steps import flow_step
from genai_course.training.averaging import update_average
from workbench.pretraining.averages import AVERAGE_DECAY
from workbench.pretraining.training import Training


def conditional(device, **arguments):
    """Notebook 15's network and loss, a tenth of the labels dropped, averaged weights."""
    network = LabelledUNet(**arguments).to(device)
    average = copy.deepcopy(network)
    adam = torch.optim.AdamW(network.parameters(), lr=5e-3, betas=(0.9, 0.99), weight_decay=0)

    def step(images, labels, progress):
        x = to_signed_range(images)
        loss = flow_step(network, adam, x, torch.randn_like(x), labels)
        update_average(average, network, AVERAGE_DECAY)
        return {"loss": loss}

    networks = {"flow": network, "average": average}
    return Training(networks, {"flow": adam}, step, lambda: average)
