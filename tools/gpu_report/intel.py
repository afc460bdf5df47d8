"""Intel: ocloc, the vendor's own compiler, which tells of spills and shows no code."""
import re

from . import tools

NEEDS = ('ocloc',)


def compile_for(target, source, options, tool, items):
    del items
    with tools.folder() as work:
        with open(f'{work}/x.cl', 'w', encoding='utf-8') as f:
            f.write(source.text)
        said = tools.run([tool['ocloc'], 'compile', '-file', f'{work}/x.cl', '-device', target,
                          '-options', options, '-out_dir', work])
    if 'Build succeeded' not in said:
        raise tools.Failed(said.strip())
    m = re.search(r'allocated (\d+) regs and spilled around (\d+)', said)
    # Of spilled registers ocloc tells the number; each has 32 bytes, on pvc 64.
    size = 64 if target == 'pvc' else 32
    return dict(registers=int(m[1]) if m else None, spill_bytes=size * int(m[2]) if m else 0,
                local_bytes=None, loop=None, groups=0, occupancy=None)
