"""Fail when src/ breaks the rule of rooms: include your own room or a lower one."""
import pathlib, re, sys

ROOMS = ['base', 'device', 'kernel', 'op', 'ops', 'tune', 'sched', 'graph', 'train', 'blas', 'helper', 'cli', 'ref']  # low to high
MAY_SEE_OPENCL = {'device', 'kernel'}

src, bad = pathlib.Path(sys.argv[1]), []
files = sorted(src.rglob('*.[ch]'))
for path in files:
    room = path.relative_to(src).parts[0]
    for n, line in enumerate(path.read_text().splitlines(), 1):
        hit = re.match(r'\s*#\s*include\s*[<"](\w+)/', line)
        if not hit:
            continue
        up = hit[1] in ROOMS and ROOMS.index(hit[1]) > ROOMS.index(room)
        if up or (hit[1] == 'CL' and room not in MAY_SEE_OPENCL):
            bad.append(f'{path}:{n}: {room}/ may not {line.strip()}')
        if re.search(r'yoke/opencl\.h', line) and room not in MAY_SEE_OPENCL:
            bad.append(f'{path}:{n}: {room}/ may not {line.strip()}')
sys.exit('\n'.join(bad) or (0 if files else f'no sources under {src}'))
