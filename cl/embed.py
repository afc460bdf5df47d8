"""Write every named file as a byte array, with a table to find it by name: embed.py OUT FILE..."""
import pathlib
import sys

out, files = sys.argv[1], [pathlib.Path(f) for f in sys.argv[2:]]
with open(out, 'w', encoding='ascii') as c:
    c.write('/* Made by cl/embed.py. */\n#include "kernel/sources.h"\n\n')
    for i, f in enumerate(files):
        data = f.read_bytes() + b'\0'
        c.write(f'static const char file_{i}[] = {{')
        c.writelines(('\n    ' if n % 20 == 0 else '') + f'{b},' for n, b in enumerate(data))
        c.write('\n};\n')
    c.write('\nconst struct yoke_source yoke_sources[] = {\n')
    c.writelines(f'    {{ "{f.name}", file_{i} }},\n' for i, f in enumerate(files))
    c.write(f'}};\nconst size_t yoke_n_sources = {len(files)};\n')
