"""Count a loop's instructions."""
import re


def count(loop, rules):
    """What one lane does in one turn. rules: patterns of the opcode:

    fma, packed  multiply-adds; those that do two numbers of a register pair
    dual         two multiply-adds in one instruction, written as two
    matrix       matrix-unit instructions

    share is what the report shows; share_of_two takes a packed one for two in two, as a dual one.
    local, load  reads of local and of global memory; group 1 is their bits in all
    """
    c = dict(instructions=0, slots=0, fma=0, counted=0, packed=0, matrix=0, local_bytes=0, global_bytes=0)
    for text in loop:
        n = 1
        if re.search(rules['matrix'], text):
            c['matrix'] += 1
            c['counted'] += 1
        elif re.search(rules['dual'], text):
            n = 2
            c['fma'] += 2
            c['counted'] += 2
        elif re.search(rules['packed'], text):
            c['fma'] += 2
            c['counted'] += 1
            c['packed'] += 1
        elif re.search(rules['fma'], text):
            c['fma'] += 1
            c['counted'] += 1
        for what in ('local', 'load'):
            m = re.search(rules[what], text)
            if m:
                bits = rules['width'](m)
                c['local_bytes' if what == 'local' else 'global_bytes'] += bits // 8
        c['instructions'] += n
        c['slots'] += 1
    c['share'] = c['counted'] / c['instructions']
    c['share_of_two'] = (c['counted'] + c['packed']) / (c['instructions'] + c['packed'])
    return c


def hottest(loops, rules):
    """Of the inner loops the one with most multiply-adds and matrix instructions."""
    counts = [count(loop, rules) for loop in loops]
    return max(counts, key=lambda c: c['counted'], default=None)
