"""Fail when src/ breaks the rule of rooms: include your own room or a lower one.

    layers.py SRC CL

Rooms that see kernels see cl/abi too, what kernels get from the host; its headers see each other.
Beside the rooms stands ref, which sees base alone: what judges the library shares nothing with it.
"""
import pathlib, re, sys

ROOMS = ['base', 'device', 'kernel', 'op', 'ops', 'tune', 'sched', 'api', 'graph', 'train', 'blas', 'helper', 'cli']  # low to high
MAY_SEE_OPENCL = {'device', 'kernel'}
REF_SEES = {'ref', 'base', 'yoke'}
MAY_SEE_REF = {'ref', 'cli'}
SEES_REF_TOO = {'tune/check.c'}  # linked into the tuner's child, not into libyoke

src, cl, bad = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), []
files = sorted(src.rglob('*.[ch]'))
for path in files:
    name = path.relative_to(src).as_posix()
    room = name.split('/')[0]
    for n, line in enumerate(path.read_text().splitlines(), 1):
        hit = re.match(r'\s*#\s*include\s*[<"](\w+)/', line)
        if not hit:
            continue
        wrong = hit[1] in ROOMS and room in ROOMS and ROOMS.index(hit[1]) > ROOMS.index(room)
        wrong |= hit[1] == 'abi' and room in ROOMS and ROOMS.index(room) < ROOMS.index('kernel')
        wrong |= hit[1] not in {'abi', *ROOMS} and (cl / hit[1]).is_dir()
        wrong |= room == 'ref' and hit[1] not in REF_SEES
        wrong |= hit[1] == 'ref' and room not in MAY_SEE_REF and name not in SEES_REF_TOO
        wrong |= hit[1] == 'CL' and room not in MAY_SEE_OPENCL
        wrong |= bool(re.search(r'yoke/opencl\.h', line)) and room not in MAY_SEE_OPENCL
        if wrong:
            bad.append(f'{path}:{n}: {room}/ may not {line.strip()}')
for path in sorted(cl.rglob('*.h')):
    bad += [f'{path}: cl/ may not include {name}'
            for name in re.findall(r'^\s*#\s*include\s*[<"](.+)[>"]', path.read_text(), re.M)
            if name != 'stdint.h' and not name.startswith('abi/')]
sys.exit('\n'.join(bad) or (0 if files else f'no sources under {src}'))
