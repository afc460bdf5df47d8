"""NVIDIA: clang makes PTX, ptxas machine code, nvdisasm shows it."""
import re

from . import model, tools
from .count import hottest
from .loops import Listing, inner_loops

NEEDS = ('clang', 'ptxas', 'nvdisasm')
RULES = {
    'matrix': r'\b(HMMA|IMMA|BMMA|DMMA|QGMMA|HGMMA|IGMMA)\b',
    'dual': r'$^',
    'packed': r'\b(FFMA2|HFMA2)\b',
    'fma': r'\b(FFMA|DFMA|IMAD|IDP)\b(?!\.(MOV|SHL|WIDE|IADD|X))',
    'local': r'\bLDSM?\b(\S*)',
    'load': r'\bLDG\b(\S*)',
    'width': lambda m: 128 if '.128' in m[1] or '.M88.4' in m[1]
             else 64 if '.64' in m[1] else 8 if '8' in m[1] else 16 if '16' in m[1] else 32,
}


def parse(sass):
    listing = Listing()
    for line in sass.splitlines():
        label = re.match(r'\s*(\.L_\w+):', line)
        code = re.match(r'\s*/\*[0-9a-f]{4,}\*/\s+(.*?)\s*;', line)
        if label:
            listing.label(label[1])
        elif code:
            listing.add(code[1])
    return listing


def target_of(text):
    m = re.search(r'\bBRA\b.*?`\((\.L_\w+)\)', text)
    return m[1] if m else None


def ends(text):
    return re.match(r'(BRA|EXIT|RET|BRX)\b', text) is not None and 'UP' not in text


def compile_for(target, source, options, tool, items):
    limit = re.search(r'-cl-nv-maxrregcount=(\d+)', options)
    options = re.sub(r'\s*-cl-nv-\S+', '', options)
    with tools.folder() as work:
        # clang 15 knows no sm_90: its PTX for sm_80 is made into code for either.
        # libclc has no get_global_offset for it; a driver reads it as it does an argument.
        tools.clang(tool, source, options, f'{work}/x.ptx', 'nvptx64-nvidia-nvcl',
                    ['-Xclang', '-target-cpu', '-Xclang', 'sm_80', '-Dget_global_offset(d)=0'],
                    'nvptx64--nvidiacl.bc')
        said = tools.run([tool['ptxas'], '-v', f'-arch={target}',
                          *(['--maxrregcount', limit[1]] if limit else []), f'{work}/x.ptx', '-o',
                          f'{work}/x.cubin'])
        sass = tools.run([tool['nvdisasm'], '-c', f'{work}/x.cubin'])
    listing = parse(sass)

    def number(pattern):
        return max(map(int, re.findall(pattern, said)), default=0)
    row = dict(registers=number(r'Used (\d+) registers'), local_bytes=number(r'(\d+) bytes smem'),
               spill_bytes=number(r'(\d+) bytes spill stores')
               + number(r'(\d+) bytes spill loads'),
               loop=hottest(inner_loops(listing, target_of, ends), RULES))
    groups = model.nvidia_groups(row['registers'], row['local_bytes'], items, target)
    return dict(row, groups=groups, occupancy=groups * items / 2048)
