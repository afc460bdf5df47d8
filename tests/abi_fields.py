"""List the structs of cl/abi and their members, for test_abi.c: abi_fields.py OUT HEADER...

The lines are STRUCT(tag) and MEMBER(tag, name). What is no plain list of integers, and of structs
of this kind, is an error.
"""
import pathlib, re, sys

out, headers = sys.argv[1], [pathlib.Path(h) for h in sys.argv[2:]]
lines = [f'#include "abi/{h.name}"\n' for h in headers] + ['\n#define ABI_FIELDS']
structs = {}
for header in headers:
    code = re.sub(r'/\*.*?\*/', '', header.read_text(encoding='utf-8'), flags=re.DOTALL)
    found = re.findall(r'^struct (\w+) \{\n(.*?)^\};$', code, re.MULTILINE | re.DOTALL)
    structs |= {tag: (header, body) for tag, body in found}
    if len(re.findall(r'\bstruct \w+ \{', code)) != len(found):
        sys.exit(f'{header}: a struct that this program does not understand')
for tag, (header, body) in structs.items():
    lines.append(f' \\\n    STRUCT({tag})')
    for declaration in filter(str.strip, body.split(';')):
        hit = re.fullmatch(r'\s*(?:u?int(?:32|64)_t|struct (\w+)) (\w+(?:,\s*\w+)*)\s*', declaration)
        if not hit or hit[1] and hit[1] not in structs:
            sys.exit(f'{header}: not a list of integers: {declaration.strip()}')
        lines += [f' \\\n    MEMBER({tag}, {name})' for name in re.split(r',\s*', hit[2])]
pathlib.Path(out).write_text(''.join(lines) + '\n', encoding='ascii')
