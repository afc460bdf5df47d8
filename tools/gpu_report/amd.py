"""AMD: clang makes the assembly, whose comments tell the rest."""
import re

from . import model, tools
from .count import hottest
from .loops import Listing, inner_loops

NEEDS = ('clang',)
RULES = {
    'matrix': r'^v_(mfma|wmma)',
    'dual': r'^v_dual_f(mac|ma)\S* .*:: v_dual_f(mac|ma)',
    'packed': r'^v_(pk_fma|dot2)',
    'fma': r'^v_(fma|fmac|mad|mac|mul_lo|dual_f(mac|ma))_?\w*',
    'local': r'^ds_(?:read|load)(2?)(?:_2addr)?(?:st64|_stride64)?_[a-z](\d+)',
    'load': r'^(?:global|flat|buffer)_load()_(dwordx\d|dword|ubyte|sbyte|ushort|[bui]\d+)',
    'width': lambda m: bits(m[0], m[2]),
}


def bits(opcode, size):
    named = {'dword': 32, 'ubyte': 8, 'sbyte': 8, 'ushort': 16}
    one = named.get(size) or (32 * int(size[-1]) if size.startswith('dwordx')
                              else int(re.sub(r'\D', '', size)))
    return 2 * one if 'read2' in opcode or '2addr' in opcode else one


def parse(assembly, kernel):
    listing = Listing()
    body = assembly[assembly.index(f'\n{kernel}:'):]
    for line in body[:body.index('.Lfunc_end')].splitlines():
        label = re.match(r'(\.LBB\w+):', line)
        code = re.match(r'\s+([a-z]\w+.*?)\s*(;.*)?$', line)
        if label:
            listing.label(label[1])
        elif code:
            listing.add(code[1])
    return listing, body


def target_of(text):
    m = re.match(r's_c?branch\w*\s+(\.LBB\w+)', text)
    return m[1] if m else None


def ends(text):
    return re.match(r's_(branch|endpgm|setpc)', text) is not None


def compile_for(target, source, options, tool, items):
    t = model.TARGETS[target]
    with tools.folder() as work:
        tools.clang(tool, source, options, f'{work}/x.s', 'amdgcn-amd-amdhsa',
                    [f'-mcpu={target}', '-nogpulib'], 'gfx906-amdgcn--.bc')
        with open(f'{work}/x.s', encoding='utf-8') as f:
            listing, body = parse(f.read(), source.kernel)

    def number(name):
        m = re.search(rf'; {name}: (\d+)', body)
        return int(m[1]) if m else 0
    registers = number('TotalNumVgprs') or number('NumVgprs')
    row = dict(registers=registers, spill_bytes=number('ScratchSize'),
               local_bytes=number('LDSByteSize'),
               loop=hottest(inner_loops(listing, target_of, ends), RULES))
    groups = model.amd_groups(registers, row['local_bytes'], items, t)
    waves = groups * items / t['wave'] / t['simds']
    return dict(row, groups=groups, occupancy=waves / t['waves'])
