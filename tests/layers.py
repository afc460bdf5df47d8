"""Fail when src/ breaks the rule of rooms: include your own room or a lower one.

    layers.py SRC CL

Rooms that see kernels see cl/abi too, what kernels get from the host; its headers see each other.
"""
import pathlib, re, sys

ROOMS = ['base', 'device', 'kernel', 'op', 'ops', 'tune', 'sched', 'cli']  # low to high
MAY_SEE_OPENCL = {'device', 'kernel'}

src, cl, bad = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), []
files = sorted(src.rglob('*.[ch]'))
for path in files:
    room = path.relative_to(src).parts[0]
    for n, line in enumerate(path.read_text().splitlines(), 1):
        hit = re.match(r'\s*#\s*include\s*[<"](\w+)/', line)
        if not hit:
            continue
        up = hit[1] in ROOMS and ROOMS.index(hit[1]) > ROOMS.index(room)
        early = hit[1] == 'abi' and ROOMS.index(room) < ROOMS.index('kernel')
        kernels = hit[1] != 'abi' and hit[1] not in ROOMS and (cl / hit[1]).is_dir()
        if up or early or kernels or (hit[1] == 'CL' and room not in MAY_SEE_OPENCL):
            bad.append(f'{path}:{n}: {room}/ may not {line.strip()}')
        if re.search(r'yoke/opencl\.h', line) and room not in MAY_SEE_OPENCL:
            bad.append(f'{path}:{n}: {room}/ may not {line.strip()}')
for path in sorted(cl.rglob('*.h')):
    bad += [f'{path}: cl/ may not include {name}'
            for name in re.findall(r'^\s*#\s*include\s*[<"](.+)[>"]', path.read_text(), re.M)
            if name != 'stdint.h' and not name.startswith('abi/')]
sys.exit('\n'.join(bad) or (0 if files else f'no sources under {src}'))
