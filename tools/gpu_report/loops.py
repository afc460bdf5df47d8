"""The inner loops of a listing: basic blocks, dominators, natural loops."""


class Listing:
    """Instructions in order; labels: name -> index of the instruction that follows."""

    def __init__(self):
        self.code, self.labels = [], {}

    def add(self, text):
        self.code.append(text)

    def label(self, name):
        self.labels[name] = len(self.code)


def blocks_of(listing, target_of, ends):
    """[(first, last + 1, successors)]. target_of(text): the label it may go to, or None; ends(text):
    what follows it is not reached."""
    n = len(listing.code)
    starts = {0} | {i for i in listing.labels.values() if i < n}
    for i, text in enumerate(listing.code):
        if (target_of(text) or ends(text)) and i + 1 < n:
            starts.add(i + 1)
    starts = sorted(starts)
    number = {first: b for b, first in enumerate(starts)}
    blocks = []
    for b, first in enumerate(starts):
        last = starts[b + 1] if b + 1 < len(starts) else n
        text, after = listing.code[last - 1], []
        at = listing.labels.get(target_of(text))
        if at is not None and at < n:
            after.append(number[at])
        if not ends(text) and last < n:
            after.append(number[last])
        blocks.append((first, last, after))
    return blocks


def dominators(blocks):
    before = [[] for _ in blocks]
    for b, (_, _, after) in enumerate(blocks):
        for a in after:
            before[a].append(b)
    everything = set(range(len(blocks)))
    dom = [{0}] + [everything] * (len(blocks) - 1)
    changed = True
    while changed:
        changed = False
        for b in range(1, len(blocks)):
            sets = [dom[p] for p in before[b]]
            new = {b} | (set.intersection(*sets) if sets else everything)
            if new != dom[b]:
                dom[b], changed = new, True
    return dom, before


def inner_loops(listing, target_of, ends):
    """The instructions of each loop that has no other in it."""
    if not listing.code:
        return []
    blocks = blocks_of(listing, target_of, ends)
    dom, before = dominators(blocks)
    loops = {}
    for b, (_, _, after) in enumerate(blocks):
        for head in after:
            if head in dom[b]:
                body, todo = loops.setdefault(head, {head}), [b]
                while todo:
                    x = todo.pop()
                    if x not in body:
                        body.add(x)
                        todo += before[x]
    inner = [body for head, body in loops.items()
             if not any(other != head and other in body for other in loops)]
    return [[text for b in sorted(body) for text in listing.code[blocks[b][0]:blocks[b][1]]]
            for body in inner]
