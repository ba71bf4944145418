"""What training makes small: of the questions' candidates, of the claims, and of the distance to a teacher."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from evals.reader.laying import LABELS, Laid
from evals.reader.prepared import Label

FAR = -1e4
"""The logit of a candidate that is not there."""


def by_group(answers: Tensor, laid: Laid) -> tuple[Tensor, Tensor, Tensor]:
    """Logits of shape (groups, candidates and then "none" at 0), which of them are there, and the targets."""
    places = torch.from_numpy(laid.groups).to(answers.device)
    own = answers[places.clamp(min=0)].masked_fill(places < 0, FAR)
    rows = torch.cat([own, own.new_zeros(len(own), 1)], 1)
    return rows, rows > FAR, torch.from_numpy(laid.targets).to(answers.device)


def group_loss(answers: Tensor, laid: Laid) -> Tensor:
    """Cross-entropy over each question's candidates and "none" at logit 0, and over each pair by itself."""
    rows, there, targets = by_group(answers, laid)
    truth = functional.one_hot(targets, rows.shape[1]).float()
    alone = functional.binary_cross_entropy_with_logits(rows, truth, reduction="none")[:, :-1]
    return functional.cross_entropy(rows, targets) + alone[there[:, :-1]].mean()


def support_loss(logits: Tensor, laid: Laid) -> Tensor:
    """Cross-entropy over supported, refuted and, at logit 0, not enough; "unsupported" is either of the last two."""
    chances = verdicts(logits).log_softmax(1)
    places = [LABELS.index(label) for label in (Label.SUPPORTED, Label.REFUTED, Label.NOT_ENOUGH)]
    by_label = chances.new_empty(len(LABELS), len(chances))
    for place, own in zip(places, chances.unbind(1), strict=True):
        by_label[place] = own
    by_label[LABELS.index(Label.UNSUPPORTED)] = torch.logsumexp(chances[:, 1:], 1)
    labels = torch.from_numpy(laid.labels).to(logits.device)
    return -by_label[labels, torch.arange(len(labels), device=logits.device)].mean()


def verdicts(logits: Tensor) -> Tensor:
    """Logits of supported, refuted and not enough."""
    return torch.cat([logits[:, 1:3], logits.new_zeros(len(logits), 1)], 1)


def whole_loss(logits: Tensor, laid: Laid, support_weight: float) -> Tensor:
    """Against the labels. logits: (pairs, 3)."""
    claims = logits[len(logits) - len(laid.labels) :]
    loss = group_loss(logits[:, 0], laid)
    return loss + support_weight * support_loss(claims, laid) if len(claims) else loss


def taught_loss(logits: Tensor, teacher: Tensor, laid: Laid, support_weight: float, temperature: float) -> Tensor:
    """Against a teacher's logits, both softened by the temperature (Hinton, Vinyals & Dean 2015, arXiv:1503.02531)."""
    rows, there, _ = by_group(logits[:, 0] / temperature, laid)
    wanted, _, _ = by_group(teacher[:, 0] / temperature, laid)
    alone = functional.binary_cross_entropy_with_logits(rows, wanted.sigmoid(), reduction="none")[:, :-1]
    loss = divergence(rows, wanted) + alone[there[:, :-1]].mean()
    if count := len(laid.labels):
        own, right = (verdicts(each[len(each) - count :]) / temperature for each in (logits, teacher))
        loss = loss + support_weight * divergence(own, right)
    return loss * temperature**2


def heard(own: Tensor, teacher: Tensor, laid: Laid) -> Tensor:
    """The teacher's logits, but one's own for the questions that it gets wrong: of those it teaches nothing."""
    rows, _, targets = by_group(teacher[:, 0], laid)
    is_wrong = (rows.argmax(1) != targets).cpu()
    places = torch.from_numpy(laid.groups)[is_wrong]
    found = teacher.clone()
    found[places[places >= 0]] = own.detach()[places[places >= 0]]
    return found


def divergence(logits: Tensor, wanted: Tensor) -> Tensor:
    """Cross-entropy of the rows' chances to the wanted ones (their Kullback-Leibler divergence but for a constant)."""
    return -(wanted.softmax(1) * logits.log_softmax(1)).sum(1).mean()
