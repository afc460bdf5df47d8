"""List the structs of cl/abi and their members, for test_abi.c: abi_fields.py OUT HEADER...

The lines are STRUCT(tag) and MEMBER(tag, name). What is no plain list of integers is an error.
"""
import pathlib, re, sys

out, headers = sys.argv[1], [pathlib.Path(h) for h in sys.argv[2:]]
lines = [f'#include "abi/{h.name}"\n' for h in headers] + ['\n#define ABI_FIELDS']
for header in headers:
    code = re.sub(r'/\*.*?\*/', '', header.read_text(encoding='utf-8'), flags=re.DOTALL)
    for tag, body in re.findall(r'^struct (\w+) \{\n(.*?)^\};$', code, re.MULTILINE | re.DOTALL):
        lines.append(f' \\\n    STRUCT({tag})')
        for declaration in filter(str.strip, body.split(';')):
            hit = re.fullmatch(r'\s*u?int(?:32|64)_t (\w+(?:,\s*\w+)*)\s*', declaration)
            if not hit:
                sys.exit(f'{header}: not a list of integers: {declaration.strip()}')
            lines += [f' \\\n    MEMBER({tag}, {name})' for name in re.split(r',\s*', hit[1])]
    if code.count('struct ') != len(re.findall(r'^struct \w+ \{$', code, re.MULTILINE)):
        sys.exit(f'{header}: a struct that this program does not understand')
pathlib.Path(out).write_text(''.join(lines) + '\n', encoding='ascii')
