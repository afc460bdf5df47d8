"""Embed the kernels: embed.py OUT FILE... writes every file as a byte array, with a table to find it
by name, and for the kernel of each .cl the parts of its program.

The head comment of a file has a line ` * Uses     yoke, abi/gemm` that names what must come before
its own text: NAME stands for NAME.clh in any folder, abi/NAME for abi/NAME.h, none for nothing.
"""
import pathlib
import re
import sys


class Wrong(Exception):
    """Files of which no programs can be made."""


def files_in(folder):
    """All kernels, and what they may use."""
    folder = pathlib.Path(folder)
    return sorted([*folder.rglob('*.cl'), *folder.rglob('*.clh'), *folder.glob('abi/*.h')])


def name_of(file):
    """What messages call it."""
    return f'abi/{file.name}' if file.suffix == '.h' else file.name


def by_name(files, suffixes):
    """Those with one of the suffixes: name without it -> file."""
    found = {}
    for file in filter(lambda f: f.suffix in suffixes, files):
        name = name_of(file).removesuffix(file.suffix)
        if name in found:
            raise Wrong(f'{found[name]} and {file} have one name')
        found[name] = file
    return found


def uses(file):
    head = file.read_text(encoding='utf-8').partition('*/')[0]
    field = re.search(r'^ \* Uses     (.+)$', head, re.MULTILINE)
    if not field:
        raise Wrong(f'{name_of(file)}: no line " * Uses     NAME, ..." in its head comment')
    return [] if field[1] == 'none' else re.split(r',\s*', field[1])


def parts(file, shared, users=()):
    """The files of the program that ends with this one: what it uses first, and each once."""
    if file in users:
        raise Wrong(f'{name_of(file)} uses itself, by way of {name_of(users[-1])}')
    found = []
    for name in uses(file):
        if name not in shared:
            raise Wrong(f'{name_of(file)} uses "{name}", and there is no such file')
        found += [f for f in parts(shared[name], shared, (*users, file)) if f not in found]
    return [*found, file]


def together(names, shared):
    """The files of a program that uses several shared files, in order and each once."""
    found = []
    for name in names:
        found += [f for f in parts(shared[name], shared) if f not in found]
    return found


def programs(files):
    """Kernel -> the files of its program, in order."""
    shared = by_name(files, ['.clh', '.h'])
    return {name: parts(file, shared) for name, file in by_name(files, ['.cl']).items()}


def write(c, files):
    kernels = programs(files)
    c.write('/* Made by cl/embed.py. */\n#include "kernel/sources.h"\n\n')
    for i, f in enumerate(files):
        data = f.read_bytes() + b'\0'
        c.write(f'static const char file_{i}[] = {{')
        c.writelines(('\n    ' if n % 20 == 0 else '') + f'{b},' for n, b in enumerate(data))
        c.write('\n};\n')
    c.write('\nconst struct yoke_source yoke_sources[] = {\n')
    c.writelines(f'    {{ "{name_of(f)}", file_{i} }},\n' for i, f in enumerate(files))
    c.write(f'}};\nconst size_t yoke_n_sources = {len(files)};\n\n')
    for name, own in kernels.items():
        at = ', '.join(f'&yoke_sources[{files.index(f)}]' for f in own)
        c.write(f'static const struct yoke_source *const parts_{name}[] = {{ {at} }};\n')
    c.write('\nconst struct yoke_kernel_source yoke_kernel_sources[] = {\n')
    c.writelines(f'    {{ "{name}", parts_{name}, {len(own)} }},\n'
                 for name, own in kernels.items())
    c.write(f'}};\nconst size_t yoke_n_kernel_sources = {len(kernels)};\n')


if __name__ == '__main__':
    try:
        with open(sys.argv[1], 'w', encoding='ascii') as out:
            write(out, [pathlib.Path(f) for f in sys.argv[2:]])
    except Wrong as e:
        sys.exit(f'cl/embed.py: {e}')
